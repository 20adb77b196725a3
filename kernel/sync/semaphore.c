/* Counting semaphores: see stardust/semaphore.h. */
#include <stardust/semaphore.h>

#include <stardust/wait.h>

#include "inner_lock.h"

void semaphore_init(struct semaphore *s, unsigned units)
{
    *s = (struct semaphore)SEMAPHORE(units);
}

int semaphore_down(struct semaphore *s, nsec_t deadline)
{
    critical_t state = inner_lock(&s->lock);
    int error = 0;

    if (s->units > 0) {
        s->units--;
    } else {
        /* The giver hands its unit straight to us, so that a latecomer cannot take it in between. */
        error = wait_queue_sleep(&s->waiters, &s->lock, deadline, "a semaphore");
    }
    inner_unlock(&s->lock, state);
    return error;
}

bool semaphore_trydown(struct semaphore *s)
{
    critical_t state = inner_lock(&s->lock);
    bool there = s->units > 0;

    if (there) {
        s->units--;
    }
    inner_unlock(&s->lock, state);
    return there;
}

void semaphore_up(struct semaphore *s)
{
    critical_t state = inner_lock(&s->lock);

    if (wait_queue_wake_one(&s->waiters) == NULL) {
        s->units++;
    }
    inner_unlock(&s->lock, state);
}
