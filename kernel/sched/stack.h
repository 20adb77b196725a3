/*
 * A thread's memory: its stack, over a guard page; above that the registers that preemption keeps and its
 * thread-local variables; at the end its structure.
 *
 * Some are kept for the next thread when one ends, since making one takes thousands of instructions: a few by each vCPU for
 * itself, at hand without a lock, and some for all.
 */
#pragma once

#include <stardust/thread.h>

/**
 * Get memory with a stack of at least `size` bytes. Context: thread, no spinlock held.
 *
 * Returns the thread in it, as new: its stack, `fpu`, `memory` and `thread_pointer` are set; `name`, `stack_pointer` and what
 * thread_make fills in may have any value; all else is as in a thread that is all zero. It may be in the list of all threads.
 * NULL: there is no memory.
 */
struct thread *stack_alloc(size_t size);

/**
 * Take it back: nobody uses the thread or its stack any more. It may be given to a new thread at once.
 * Context: any but upcalls.
 */
void stack_free(struct thread *t);

/** Fill an unused stretch of a stack so that thread_stack_used sees what of it is used later. */
void stack_mark(const char *start, const char *end);

/** Free those that are more than we keep. Context: thread, no spinlock held. */
void stack_trim(void);

/** Let others have what this vCPU keeps: it goes down. Context: preemption disabled. */
void stack_leave(void);

/** Free all that is kept, but for what other vCPUs keep for themselves: memory is short. Context: thread, no spinlock held. */
void stack_give_back(void);
