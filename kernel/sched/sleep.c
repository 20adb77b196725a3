/* Sleeping until a time: see thread_sleep in stardust/thread.h. */
#include <stardust/thread.h>

#include <stardust/wait.h>

void thread_sleep(nsec_t deadline)
{
    struct spinlock lock = SPINLOCK(LOCK_WAIT);
    struct wait_queue nobody_wakes;
    critical_t state = spin_lock_irqsave(&lock);

    wait_queue_init(&nobody_wakes);
    wait_queue_sleep(&nobody_wakes, &lock, deadline, "a time");
    spin_unlock_irqrestore(&lock, state);
}
