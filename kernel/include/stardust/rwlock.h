/*
 * Reader-writer locks: many readers at a time, or one writer.
 *
 * Nobody starves: while a writer waits no new reader gets in, and after a writer all readers that wait by then go before the
 * next writer. So a thread that reads must not lock for reading again: a writer in between would stop both. Writers are served
 * in the order in which they came.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

struct thread;

/** All zero is a free lock. */
struct rwlock {
    struct spinlock lock;        /* LOCK_WAIT; protects the fields below */
    unsigned readers;            /* how many hold it for reading */
    const struct thread *writer; /* who holds it for writing; NULL: nobody */
    struct wait_queue
        waiting_readers; /* empty while the lock is free, or read and no writer waits */
    struct wait_queue waiting_writers; /* empty while the lock is free */
};

/** Make `l` a free lock. Context: any, before it is shared. */
void rwlock_init(struct rwlock *l);

/**
 * Lock `l` for reading, sleeping at most until `deadline`: see wait.h. Context: thread, no spinlock held.
 * Returns 0; -XEN_ETIMEDOUT when the deadline came first: then we do not hold it. Panics when we hold it for writing.
 */
int rwlock_read(struct rwlock *l, nsec_t deadline);

/** Lock `l` for writing, likewise. */
int rwlock_write(struct rwlock *l, nsec_t deadline);

/** Lock `l` for reading if that needs no waiting. Context: thread. Returns whether we have locked it. */
bool rwlock_tryread(struct rwlock *l);

/** Lock `l` for writing if that needs no waiting. Context: thread. Returns whether we have locked it. */
bool rwlock_trywrite(struct rwlock *l);

/** Give `l` back, which we hold for reading. Context: thread. Panics when nobody reads. */
void rwlock_read_end(struct rwlock *l);

/** Give `l` back, which we hold for writing. Context: thread. Panics when it is not ours. */
void rwlock_write_end(struct rwlock *l);
