/* The rig's test guest: ELF notes, entry point, guarded stack, hypercalls, and a hole. What it does: guest.c. */
#include <xen/elfnote.h>

.macro note type, value:vararg
    .section .note.xen, "a", @note
    .balign 4
    .long 4, 2f - 1f, \type
    .asciz "Xen"
1:  \value
2:  .balign 4
.endm

note XEN_ELFNOTE_GUEST_OS,      .asciz "rig test guest"
note XEN_ELFNOTE_XEN_VERSION,   .asciz "xen-3.0"
note XEN_ELFNOTE_LOADER,        .asciz "generic"
note XEN_ELFNOTE_VIRT_BASE,     .quad 0x400000
note XEN_ELFNOTE_PADDR_OFFSET,  .quad 0x400000
note XEN_ELFNOTE_ENTRY,         .quad _start
note XEN_ELFNOTE_PAE_MODE,      .asciz "yes"

    .text
    .globl _start
    .type _start, @function
_start:
    cld
    lea boot_stack_top(%rip), %rsp
    xor %ebp, %ebp
    mov %rsi, %rdi
    call guest_main
    ud2
    .size _start, . - _start

/* long hypercall(long number, long a, long b, long c): the System V registers moved to where Xen wants them. */
    .globl hypercall
    .type hypercall, @function
hypercall:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    syscall
    ret
    .size hypercall, . - hypercall

/* void hole(void): a function that a student has not written yet. */
    .globl hole
    .type hole, @function
hole:
    push %rbp
    mov %rsp, %rbp
    .globl hole_place
hole_place:
    ud2
    .size hole, . - hole

    .section .lab_todo_strings, "a"
hole_lab:      .asciz "boot"
hole_exercise: .asciz "1.2"
hole_file:     .asciz "tests/rig/guest/entry.S"
hole_text:     .asciz "put one character into the ring"

    .section .lab_todo, "a"
    .quad hole_place, hole_lab, hole_exercise, hole_file, __LINE__, hole_text

    .bss
    .balign 4096
    .globl guard_boot_stack
guard_boot_stack:
    .skip 4096
    .size guard_boot_stack, 4096
    .skip 16384
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
