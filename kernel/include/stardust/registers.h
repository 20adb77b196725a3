/*
 * The registers of interrupted code, as kernel/cpu/trap.S leaves them on the stack.
 */
#pragma once

#include <stardust/types.h>

struct registers {
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector; /* number of the exception */
    uint64_t error;  /* its error code; 0 for exceptions that have none */
    uint64_t rip;
    uint32_t cs;
    uint32_t upcall_mask; /* lowest byte: whether event upcalls were masked */
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};
