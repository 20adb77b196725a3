/*
 * Counting semaphores.
 *
 * A semaphore hands out a number of units; a thread that finds none sleeps until one is given back. Waiters are served in
 * the order in which they came. For mutual exclusion use mutex.h, which knows its owner.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

/** All zero is a semaphore without a free unit. */
struct semaphore {
    struct spinlock lock; /* LOCK_WAIT; protects the fields below */
    unsigned units;       /* free units; 0 whenever somebody waits */
    struct wait_queue waiters;
};

/** A semaphore with `free_units` free units. */
#define SEMAPHORE(free_units)                                                                      \
    {                                                                                              \
        .units = (free_units)                                                                      \
    }

/** Make `s` hold `units` free units. Context: any, before `s` is shared. */
void semaphore_init(struct semaphore *s, unsigned units);

/**
 * Take one unit, sleeping until there is one or until `deadline`: see wait.h. Context: thread, no spinlock held.
 * Returns 0; -XEN_ETIMEDOUT when the deadline came first: then no unit was taken.
 */
int semaphore_down(struct semaphore *s, nsec_t deadline);

/** Take one unit if there is one. Context: thread or upcall. Returns whether there was. */
bool semaphore_trydown(struct semaphore *s);

/** Give one unit back: the first waiter, if any, gets it. Context: thread or upcall. */
void semaphore_up(struct semaphore *s);
