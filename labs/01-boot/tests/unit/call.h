/*
 * Calling hypercall() with every register known before, and every register seen after.
 */
#pragma once

#include <stdint.h>

enum { KEPT_REGISTERS = 6 };

struct call {
    uint64_t number, arguments[5];
    uint64_t kept[KEPT_REGISTERS];       /* what rbx rbp r12 r13 r14 r15 hold before */
    uint64_t kept_after[KEPT_REGISTERS]; /* ... and after */
    uint64_t scratch;                    /* what rax, r10 and r11 hold before */
    uint64_t answer;                     /* rax after */
    uint64_t stack, stack_after;         /* rsp before and after */
};

/** Call hypercall() as `call` says, and fill in the rest of it. Whatever happens to registers, the caller survives. */
void call_hypercall(struct call *call);
