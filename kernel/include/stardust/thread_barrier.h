/*
 * Barriers for threads: each waits there until all have come. Memory barriers are in barrier.h.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

struct thread_barrier {
    struct spinlock lock; /* LOCK_WAIT; protects the fields below */
    unsigned threads;     /* how many it waits for; never changes */
    unsigned arrived;     /* how many wait now; always fewer than `threads` */
    struct wait_queue waiters;
};

/** Make `b` a barrier for `threads` > 0 threads. Context: any, before it is shared. */
void thread_barrier_init(struct thread_barrier *b, unsigned threads);

/**
 * Wait until as many threads as `b` is for have called this; then `b` is as new, and may be used again at once.
 *
 * Context: thread, no spinlock held. Returns true to exactly one of them: the one that came last. The memory of `b` may be
 * used for something else when all of them have returned.
 */
bool thread_barrier_wait(struct thread_barrier *b);
