/*
 * Spinlocks and threads' switches as tests/sync/explorer.c has them: every thread has a vCPU of its own, and before each lock
 * is taken and after it is given back any of the others may go on. Instead of the kernel's header of this name.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>

typedef uint8_t critical_t;

void explorer_lock(struct spinlock *lock);
void explorer_unlock(struct spinlock *lock);

static inline void spin_lock(struct spinlock *lock)
{
    explorer_lock(lock);
}

static inline void spin_unlock_quietly(struct spinlock *lock)
{
    explorer_unlock(lock);
}

static inline critical_t spin_lock_irqsave(struct spinlock *lock)
{
    explorer_lock(lock);
    return 0;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock, critical_t state)
{
    (void)state;
    explorer_unlock(lock);
}
