/* Condition variables: see stardust/condition.h. */
#include <stardust/condition.h>

#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include "inner_lock.h"

void condition_init(struct condition *c)
{
    *c = (struct condition){.signals = 0};
}

int condition_wait(struct condition *c, struct mutex *m, nsec_t deadline)
{
    uint64_t before = __atomic_load_n(&c->signals, __ATOMIC_RELAXED);
    int error = 0;
    critical_t state;

    assert_that(mutex_depth(m) == 1,
                "condition_wait: thread \"%s\" has locked the mutex %p %u times, not once",
                thread_current()->name, (void *)m, mutex_depth(m));
    mutex_unlock(m);
    state = inner_lock(&c->lock);
    /* A signal between the unlocking and here found nobody asleep: the count tells of it. */
    if (c->signals == before) {
        error = wait_queue_sleep(&c->waiters, &c->lock, deadline, "a condition");
    }
    inner_unlock(&c->lock, state);
    mutex_lock(m);
    return error;
}

/* The lock is held. */
static void count_signal(struct condition *c)
{
    __atomic_store_n(&c->signals, c->signals + 1, __ATOMIC_RELAXED);
}

void condition_signal(struct condition *c)
{
    critical_t state = inner_lock(&c->lock);

    count_signal(c);
    wait_queue_wake_one(&c->waiters);
    inner_unlock(&c->lock, state);
}

void condition_broadcast(struct condition *c)
{
    critical_t state = inner_lock(&c->lock);

    count_signal(c);
    wait_queue_wake_all(&c->waiters);
    inner_unlock(&c->lock, state);
}
