/*
 * Spinlocks: for a few instructions on data that several vCPUs, or a thread and an upcall, share.
 *
 * Whoever finds the lock taken spins, and after a while sleeps in the hypervisor until it is given back: the vCPU that
 * holds it may not be running. The lock goes to vCPUs in the order in which they asked. Holding one, a thread cannot be
 * preempted and must not sleep. A lock that an upcall handler takes too must be taken by the _irqsave form.
 * Where there is one vCPU only (the levels below SMP), keeping others away from it is all there is to do.
 */
#pragma once

#include <stardust/critical.h>
#include <stardust/preempt.h>
#include <stardust/spinlock_type.h>

/** Make `lock` free. Context: any, before it is shared. */
static inline void spinlock_init(struct spinlock *lock, enum lock_order order)
{
    *lock = (struct spinlock)SPINLOCK(order);
}

#ifdef HAVE_SMP

/** Wait for our turn, and take the lock. Context: preemption disabled; this vCPU must not hold it. */
void spinlock_take(struct spinlock *lock);

/** Take the lock if that needs no waiting. Context: preemption disabled. Returns whether it was taken. */
bool spinlock_try(struct spinlock *lock);

/** Let the next one in line have the lock, and wake it if it sleeps. After that, `lock` is not touched any more. */
void spinlock_give(struct spinlock *lock);

#else

static inline void spinlock_take(struct spinlock *lock)
{
    (void)lock;
}

static inline bool spinlock_try(struct spinlock *lock)
{
    (void)lock;
    return true;
}

static inline void spinlock_give(struct spinlock *lock)
{
    (void)lock;
}

#endif

#ifdef DEBUG_LOCKS

/** Assert the order, and note that this vCPU holds `lock`; and that it does not. In kernel/sync/lock_check.c. */
void lock_check_taken(const struct spinlock *lock);
void lock_check_given(const struct spinlock *lock);

#else

static inline void lock_check_taken(const struct spinlock *lock)
{
    (void)lock;
}

static inline void lock_check_given(const struct spinlock *lock)
{
    (void)lock;
}

#endif

/** Take the lock. Context: any but an upcall that may have interrupted its holder; this vCPU must not hold it. */
static inline void spin_lock(struct spinlock *lock)
{
    preempt_disable();
    lock_check_taken(lock);
    spinlock_take(lock);
}

/** Take the lock if nobody has it. Returns whether it was taken. */
static inline bool spin_trylock(struct spinlock *lock)
{
    preempt_disable();
    if (!spinlock_try(lock)) {
        preempt_enable();
        return false;
    }
    lock_check_taken(lock);
    return true;
}

/** Give the lock back. Context: we hold it. */
static inline void spin_unlock(struct spinlock *lock)
{
    lock_check_given(lock);
    spinlock_give(lock);
    preempt_enable();
}

/** The same, for who is about to switch threads anyway: no look at whether somebody wants that. */
static inline void spin_unlock_quietly(struct spinlock *lock)
{
    lock_check_given(lock);
    spinlock_give(lock);
    preempt_enable_quietly();
}

/** Mask upcalls and take the lock. Returns what spin_unlock_irqrestore wants. Context: any; we do not hold it. */
static inline critical_t spin_lock_irqsave(struct spinlock *lock)
{
    critical_t state = critical_enter();

    spin_lock(lock);
    return state;
}

/** Give the lock back, and let upcalls come again if they did before. */
static inline void spin_unlock_irqrestore(struct spinlock *lock, critical_t state)
{
    lock_check_given(lock);
    spinlock_give(lock);
    critical_leave(state);
    preempt_enable();
}
