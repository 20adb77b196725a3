/*
 * Mutexes: one thread at a time holds one; the others sleep until it is given back.
 *
 * A mutex knows its owner, and goes to the waiters in the order in which they came: whoever unlocks hands it over, so that
 * nobody can overtake. Where nobody waits, locking and unlocking is one atomic instruction each. A recursive mutex may be
 * locked several times by its owner, and must be unlocked as often. For a few instructions use spinlock.h.
 *
 * Before threads begin there is nobody to wait for, and locking always succeeds.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

/** All zero is a free mutex, not recursive. */
struct mutex {
    uintptr_t
        owner; /* the thread that holds it, 0: free, and MUTEX_... in the lowest bits; atomic */
    uint32_t again; /* how often it was locked beyond the first time; only the owner uses it */
    bool recursive; /* never changes */
    struct spinlock lock; /* LOCK_WAIT; protects the field below, and MUTEX_WAITED */
    struct wait_queue waiters;
};

#define MUTEX_WAITED ((uintptr_t)1) /* in `owner`: threads wait for it */
#define MUTEX_AGAIN  ((uintptr_t)2) /* in `owner`: `again` is not 0 */

/** A free recursive mutex. */
#define MUTEX_RECURSIVE                                                                            \
    {                                                                                              \
        .recursive = true                                                                          \
    }

/** Make `m` a free mutex. Context: any, before it is shared. */
void mutex_init(struct mutex *m);

/** Make `m` a free recursive mutex. Context: any, before it is shared. */
void mutex_init_recursive(struct mutex *m);

/** Lock `m`, sleeping until it is ours. Context: thread, no spinlock held. Panics when we hold it and it is not recursive. */
void mutex_lock(struct mutex *m);

/**
 * Lock `m`, sleeping at most until `deadline`: see wait.h. Context: as mutex_lock.
 * Returns 0; -XEN_ETIMEDOUT when the deadline came first: then we do not hold it.
 */
int mutex_lock_until(struct mutex *m, nsec_t deadline);

/** Lock `m` if that needs no waiting. Context: thread. Returns whether we have locked it. */
bool mutex_trylock(struct mutex *m);

/** Unlock `m`, and hand it to the first waiter. Context: thread. Panics when it is not ours. */
void mutex_unlock(struct mutex *m);

/** How often this thread has locked `m`; 0: it does not hold it. Context: thread. */
unsigned mutex_depth(const struct mutex *m);
