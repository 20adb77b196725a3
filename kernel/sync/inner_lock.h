/*
 * The spinlock inside of everything that sleeps. What is all zero is to be ready for use, its lock's order too; so the order
 * is set here, whenever the lock is taken. All write the same, and it is read only by who has written it.
 */
#pragma once

#include <stardust/spinlock.h>

/** Take `lock`. Returns what inner_unlock wants. */
static inline critical_t inner_lock(struct spinlock *lock)
{
    __atomic_store_n(&lock->order, LOCK_WAIT, __ATOMIC_RELAXED);
    return spin_lock_irqsave(lock);
}

/** Give it back. */
static inline void inner_unlock(struct spinlock *lock, critical_t state)
{
    spin_unlock_irqrestore(lock, state);
}
