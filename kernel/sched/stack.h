/*
 * A thread's memory: its stack, over a guard page; above that the registers that preemption keeps and its
 * thread-local variables; at the end its structure.
 *
 * Some are kept for the next thread when one ends, since making one takes thousands of instructions.
 */
#pragma once

#include <stardust/thread.h>

/**
 * Get memory with a stack of at least `size` bytes. Context: thread, no spinlock held.
 *
 * Returns the thread in it, all zero but for stack_start, stack_end, fpu and memory; NULL when there is none.
 */
struct thread *stack_alloc(size_t size);

/** Take it back: nobody uses the thread or its stack any more. Context: any; it may be given to a new thread at once. */
void stack_free(struct thread *t);

/** Fill an unused stretch of a stack so that thread_stack_used sees what of it is used later. */
void stack_mark(const char *start, const char *end);

/** Free those that are more than we keep. Context: thread, no spinlock held. */
void stack_trim(void);
