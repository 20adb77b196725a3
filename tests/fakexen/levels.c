/*
 * What files under test call of levels above them, where those levels are built: spinlocks and preemption. Weak: where the
 * kernel's own are under test, these are not used.
 */
#include <stardust/preempt.h>
#include <stardust/spinlock.h>

#include "explore.h"
#include "runner/test.h"

#define WEAK __attribute__((weak))

#ifdef HAVE_SMP

WEAK bool spinlock_try(struct spinlock *lock)
{
    if (lock->owner != lock->next) {
        return false;
    }
    lock->next++;
    return true;
}

/* Without the explorer nobody would ever give it back. */
WEAK void spinlock_take(struct spinlock *lock)
{
    while (!spinlock_try(lock)) {
        CHECK(explore_running(), .rule = "who holds a spinlock does not take it again",
              .did = "took a spinlock that is held already", .expected = "one that is free",
              .usually = "a function that takes the lock calls another that does, or one that "
                         "returned early did not give it back",
              .where = __builtin_return_address(0));
        explore_here();
    }
}

WEAK void spinlock_give(struct spinlock *lock)
{
    lock->owner++;
}

#endif

#ifdef HAVE_EVENTS

/* Nobody else is there to run. */
WEAK void preempt_now(void)
{
}

#endif
