/*
 * Condition variables: how a thread that holds a mutex sleeps until what the mutex protects has changed.
 *
 * A thread that finds things not as it wants them waits, and the mutex is free meanwhile; whoever changes them signals.
 * A thread may wake without a signal for it, and things may have changed again before it has the mutex: so look anew,
 * while (!ready) { condition_wait(...); }.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

struct mutex;

/** All zero is a condition that nobody waits for. */
struct condition {
    uint64_t signals;     /* how often it was signalled; written with the lock held, atomic */
    struct spinlock lock; /* LOCK_WAIT; protects the field below */
    struct wait_queue waiters;
};

/** Make `c` a condition that nobody waits for. Context: any, before it is shared. */
void condition_init(struct condition *c);

/**
 * Unlock `m`, sleep until signalled or until `deadline` (see wait.h), and lock `m` again. Signals that come after the
 * unlocking count. Context: thread, `m` locked once, no spinlock held.
 * Returns 0; -XEN_ETIMEDOUT when the deadline came first. `m` is ours again in both cases.
 */
int condition_wait(struct condition *c, struct mutex *m, nsec_t deadline);

/** Wake the thread that has waited longest, if any. Context: thread or upcall; who holds the mutex does not matter. */
void condition_signal(struct condition *c);

/** Wake all that wait. Context: as condition_signal. */
void condition_broadcast(struct condition *c);
