/*
 * What files under test call of higher levels than their own, where a test has not got the real one: there is one vCPU,
 * and one thread.
 */
#include <stardust/preempt.h>
#include <stardust/spinlock.h>

#ifdef HAVE_EVENTS
__attribute__((weak)) void preempt_now(void)
{
}
#endif

#ifdef HAVE_SMP
__attribute__((weak)) void spinlock_take(struct spinlock *lock)
{
    (void)lock;
}

__attribute__((weak)) bool spinlock_try(struct spinlock *lock)
{
    (void)lock;
    return true;
}

__attribute__((weak)) void spinlock_give(struct spinlock *lock)
{
    (void)lock;
}
#endif
