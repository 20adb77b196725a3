/*
 * Holes: places that a student fills in.
 *
 * LAB_TODO(lab, exercise, text) stops the kernel there, at an invalid instruction, and leaves a record of the place in the
 * section .lab_todo. Whoever sees the stop - the kernel's own trap handler, the rig reading Xen's dump, a unit test - looks
 * the address up and says which exercise was reached. It works in C and in assembly, before anything else does.
 */
#pragma once

#ifdef __ASSEMBLER__

/* clang-format off */
#define LAB_TODO(lab, exercise, text)                                                             \
    9001: ud2;                                                                                    \
    .pushsection .lab_todo_strings, "a";                                                          \
    9002: .asciz #lab; 9003: .asciz exercise; 9004: .asciz __FILE__; 9005: .asciz text;           \
    .popsection;                                                                                  \
    .pushsection .lab_todo, "a";                                                                  \
    .balign 8; .quad 9001b, 9002b, 9003b, 9004b, __LINE__, 9005b;                                 \
    .popsection
/* clang-format on */

#else

#include <stdint.h>

/** One record of .lab_todo. */
struct lab_todo {
    uintptr_t address;    /* of the invalid instruction */
    const char *lab;      /* the lab's name, "boot" */
    const char *exercise; /* its number, which is the handout's section too, "1.2" */
    const char *file;     /* where the hole is */
    uint64_t line;
    const char *text; /* what there is to do */
};

#define LAB_TODO(lab, exercise, text)                                                              \
    do {                                                                                           \
        __asm__ volatile("9001: ud2\n\t"                                                           \
                         ".pushsection .lab_todo, \"a\"\n\t"                                       \
                         ".balign 8\n\t"                                                           \
                         ".quad 9001b, %c0, %c1, %c2, %c3, %c4\n\t"                                \
                         ".popsection"                                                             \
                         :                                                                         \
                         : "i"(#lab), "i"(exercise), "i"(__FILE__), "i"(__LINE__), "i"(text));     \
        __builtin_unreachable();                                                                   \
    } while (0)

/** The hole whose invalid instruction is at `address`, or NULL. Context: any. */
const struct lab_todo *lab_todo_find(uintptr_t address);

#endif
