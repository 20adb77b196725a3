/*
 * context_switch alone, between contexts whose registers are all known before and seen after: see contexts.S.
 *
 * Context 0 is the test itself. The others have stacks of their own, and run `context_body` from their first switch on.
 */
#pragma once

#define CONTEXTS       8
#define KEPT_REGISTERS 6

/* Where contexts.S finds the fields of struct registers. */
#define REGISTERS_THREAD        0
#define REGISTERS_KEPT(n)       (8 + 8 * (n))
#define REGISTERS_MXCSR         56
#define REGISTERS_CONTROL       60
#define REGISTERS_KEPT_AFTER(n) (64 + 8 * (n))
#define REGISTERS_MXCSR_AFTER   112
#define REGISTERS_CONTROL_AFTER 116
#define REGISTERS_STACK         120
#define REGISTERS_STACK_AFTER   128

#ifndef __ASSEMBLER__

#include <stdint.h>

#include <kernel/sched/switch.h>
#include <stardust/thread.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

struct registers {
    struct thread *thread;
    uint64_t kept[KEPT_REGISTERS]; /* what rbx rbp r12 r13 r14 r15 hold when it switches away */
    uint32_t mxcsr;
    uint16_t control;                    /* of the x87 unit */
    uint64_t kept_after[KEPT_REGISTERS]; /* ... and when it goes on */
    uint32_t mxcsr_after;
    uint16_t control_after;
    uint64_t stack, stack_after; /* rsp before the call and after it */
};

/** Make the contexts: nobody but context 0 has run. `body` is what the others run; it never returns. */
void contexts_start(void (*body)(unsigned number));

/** The registers of context `number`. */
struct registers *context_registers(unsigned number);

/** The thread of context `number`. */
struct thread *context_thread(unsigned number);

/** Choose what the registers of context `number` hold at its next switch: values that follow from the seed. */
void context_choose(unsigned number);

/**
 * Switch from context `from`, which runs, to `to`; returns when somebody switches back. What is checked on the way: nothing
 * is written above the stack pointers, nor in the threads, but `from`'s stack pointer.
 */
void context_go(unsigned from, unsigned to);

/** Check that context `number` has its registers as it left with them. */
void context_check_kept(unsigned number);

/** Likewise for how floating point is set up. */
void context_check_floating(unsigned number);

/** Likewise for the stack pointer. */
void context_check_stack(unsigned number);

/* In contexts.S. */
void context_call_switch(struct registers *from, struct registers *to);
void context_enter(void);

/* Called from there. */
void context_leaving(struct registers *from, struct registers *to);
void context_arrived(void);
_Noreturn void context_begin(struct registers *self);

/* Read there. */
extern struct registers *context_arriving, *context_left;

#endif
