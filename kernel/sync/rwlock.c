/* Reader-writer locks: see stardust/rwlock.h. Whoever gives one back hands it to those who wait. */
#include <stardust/rwlock.h>

#include <stardust/panic.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include "inner_lock.h"

void rwlock_init(struct rwlock *l)
{
    *l = (struct rwlock){.readers = 0};
}

/* The lock is held. A writer that waits keeps new readers out. */
static bool take_to_read(struct rwlock *l)
{
    if (l->writer != NULL || !wait_queue_empty(&l->waiting_writers)) {
        return false;
    }
    l->readers++;
    return true;
}

/* The lock is held. */
static bool take_to_write(struct rwlock *l)
{
    if (l->writer != NULL || l->readers > 0) {
        return false;
    }
    l->writer = thread_current();
    return true;
}

static void assert_not_writer(const struct rwlock *l, const char *function)
{
    assert_that(l->writer == NULL || l->writer != thread_current(),
                "%s: thread \"%s\" holds the lock %p for writing already", function,
                l->writer->name, (const void *)l);
}

int rwlock_read(struct rwlock *l, nsec_t deadline)
{
    critical_t state = inner_lock(&l->lock);
    int error = 0;

    assert_not_writer(l, "rwlock_read");
    if (!take_to_read(l)) {
        error = wait_queue_sleep(&l->waiting_readers, &l->lock, deadline, "a lock to read");
    }
    inner_unlock(&l->lock, state);
    return error;
}

int rwlock_write(struct rwlock *l, nsec_t deadline)
{
    critical_t state = inner_lock(&l->lock);
    int error = 0;

    assert_not_writer(l, "rwlock_write");
    if (!take_to_write(l)) {
        error = wait_queue_sleep(&l->waiting_writers, &l->lock, deadline, "a lock to write");
    }
    /* The last writer that waited has given up: the readers that it kept out may join those who read. */
    if (error != 0 && l->writer == NULL && wait_queue_empty(&l->waiting_writers)) {
        l->readers += wait_queue_wake_all(&l->waiting_readers);
    }
    inner_unlock(&l->lock, state);
    return error;
}

bool rwlock_tryread(struct rwlock *l)
{
    critical_t state = inner_lock(&l->lock);
    bool taken = take_to_read(l);

    inner_unlock(&l->lock, state);
    return taken;
}

bool rwlock_trywrite(struct rwlock *l)
{
    critical_t state = inner_lock(&l->lock);
    bool taken = take_to_write(l);

    inner_unlock(&l->lock, state);
    return taken;
}

void rwlock_read_end(struct rwlock *l)
{
    critical_t state = inner_lock(&l->lock);

    assert_that(l->readers > 0, "rwlock_read_end: nobody holds the lock %p for reading", (void *)l);
    if (--l->readers == 0) {
        l->writer = wait_queue_wake_one(&l->waiting_writers);
    }
    inner_unlock(&l->lock, state);
}

static void assert_writer(const struct rwlock *l)
{
    const struct thread *caller = thread_current();

    assert_that(
        l->writer == caller,
        "rwlock_write_end: thread \"%s\" does not hold the lock %p for writing: \"%s\" does",
        caller->name, (const void *)l, l->writer != NULL ? l->writer->name : "nobody");
}

void rwlock_write_end(struct rwlock *l)
{
    critical_t state = inner_lock(&l->lock);

    assert_writer(l);
    l->readers = wait_queue_wake_all(&l->waiting_readers);
    l->writer = l->readers > 0 ? NULL : wait_queue_wake_one(&l->waiting_writers);
    inner_unlock(&l->lock, state);
}
