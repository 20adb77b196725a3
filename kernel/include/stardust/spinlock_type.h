/*
 * What a spinlock is, and the order in which spinlocks are taken. For structures that contain one; how to use it is in
 * spinlock.h.
 */
#pragma once

#include <stardust/types.h>

/**
 * Who holds a lock may take only those further down; two of the same kind are never held together. A debug build (make
 * DEBUG=1) asserts it, so that a deadlock is found before it happens.
 */
enum lock_order {
    LOCK_PORTS,    /* who handles which event channel: kernel/xen/event_bind.c */
    LOCK_REGIONS,  /* the list of regions: kernel/mm/region.c */
    LOCK_HEAP,     /* what all vCPUs share of the heap: kernel/mm/slab.h */
    LOCK_GRANTS,   /* the grant table: kernel/xen/grant_table.h */
    LOCK_MEMORY,   /* page frames and page tables: memory_lock.h */
    LOCK_CALLS,    /* a call to other vCPUs: kernel/cpu/ipi.c */
    LOCK_WAIT,     /* a thing that threads wait for: mutexes, semaphores, … */
    LOCK_THREADS,  /* the list of all threads; the stacks kept for new ones */
    LOCK_RUNQUEUE, /* a vCPU's threads that are ready */
    LOCK_TIMERS,   /* a vCPU's timers */
    LOCK_CONSOLE,  /* the console's ring: anybody may print */
    LOCK_ORDERS,
};

struct spinlock {
    union {
        struct {
            uint16_t next; /* the ticket that whoever asks next gets; atomic */
            uint16_t
                owner; /* the ticket of the one who may go on; equal to `next`: the lock is free; atomic */
        };
        uint32_t both;
    };
    uint8_t order; /* enum lock_order; never changes */
};

/** A lock that is free. */
#define SPINLOCK(lock_order)                                                                       \
    {                                                                                              \
        .order = (lock_order)                                                                      \
    }

#define LOCKS_HELD_MAX 8

/** The spinlocks that a vCPU holds, in a debug build; only that vCPU uses it. */
struct held_locks {
    unsigned count;
    const struct spinlock *locks[LOCKS_HELD_MAX];
};
