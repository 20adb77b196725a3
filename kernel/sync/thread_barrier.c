/* Barriers for threads: see stardust/thread_barrier.h. */
#include <stardust/thread_barrier.h>

#include <stardust/panic.h>
#include <stardust/wait.h>

#include "inner_lock.h"

void thread_barrier_init(struct thread_barrier *b, unsigned threads)
{
    assert_that(threads > 0, "thread_barrier_init: the barrier %p is for no thread", (void *)b);
    *b = (struct thread_barrier){.threads = threads};
}

bool thread_barrier_wait(struct thread_barrier *b)
{
    critical_t state = inner_lock(&b->lock);
    bool last = ++b->arrived == b->threads;

    if (last) {
        b->arrived = 0;
        wait_queue_wake_all(&b->waiters);
    } else {
        wait_queue_sleep(&b->waiters, &b->lock, NSEC_FOREVER, "a barrier");
    }
    inner_unlock(&b->lock, state);
    return last;
}
