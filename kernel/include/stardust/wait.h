/*
 * Wait queues: how a thread sleeps until somebody says that what it waits for has come. Every lock that sleeps is made of
 * them.
 *
 * A wait queue is part of some structure with a spinlock of its own. The thread that waits holds that lock, looks, and
 * sleeps; the lock is given back once it is in the queue, so that no wake-up is lost between looking and sleeping. Whoever
 * wakes holds the lock too. A waiter leaves the queue exactly once: by a wake-up or by its time limit, never both.
 */
#pragma once

#include <stardust/spinlock.h>
#include <stardust/wait_queue.h>

struct thread;
struct timer;

/** Make `q` empty. `q` must not be copied or moved afterwards. */
void wait_queue_init(struct wait_queue *q);

/**
 * Sleep in `q` until woken, or until the monotonic clock reaches `deadline` (NSEC_FOREVER: no limit). `what`, a constant,
 * says in reports what is waited for: "a mutex".
 *
 * Context: thread, `lock` held by spin_lock_irqsave, no other spinlock held. The lock is given back meanwhile, and held again
 * on return. Time limits need level 4; below it `deadline` must be NSEC_FOREVER.
 * Returns 0 when woken; -XEN_ETIMEDOUT when the deadline came first. A deadline that is past does not sleep.
 */
int wait_queue_sleep(struct wait_queue *q, struct spinlock *lock, nsec_t deadline,
                     const char *what);

/** Wake the thread that came first. Context: thread or upcall, the lock held. Returns it; NULL: nobody waits. */
struct thread *wait_queue_wake_one(struct wait_queue *q);

/** Wake all. Returns how many. Context: as wait_queue_wake_one. */
unsigned wait_queue_wake_all(struct wait_queue *q);

/** Whether nobody waits. Context: the lock held; or any, as a hint. */
bool wait_queue_empty(const struct wait_queue *q);

/**
 * How sleeping gets its time limits: level 4 sets these. `start` has `expire` called at `deadline`, `cancel` sees to it that
 * it is not running and will not be called. Both as timer_start and timer_cancel are.
 */
struct wait_timers {
    void (*start)(struct timer *timer, nsec_t deadline);
    bool (*cancel)(struct timer *timer);
};

/** Let deadlines work. Context: boot. */
void wait_set_timers(const struct wait_timers *timers);
