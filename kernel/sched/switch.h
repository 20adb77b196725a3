/*
 * What a thread leaves on its stack when another one gets the processor: switch.S writes and reads it, and whoever makes a
 * thread writes its first.
 */
#pragma once

#include <stardust/types.h>

struct thread;

/** From the stack pointer upwards. What is not here, a function that is called may change. */
struct switch_frame {
    uint32_t mxcsr;       /* how SSE is set up */
    uint16_t x87_control; /* how the x87 unit is */
    uint16_t unused;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    uint64_t return_address; /* where the thread goes on */
};

/**
 * Leave `from`, which runs, and go on with `to` where it left: the call returns when somebody switches back to `from`.
 *
 * Context: upcalls masked, the run queue of this vCPU locked. See switch.S.
 */
void context_switch(struct thread *from, struct thread *to);
