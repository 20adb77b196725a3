/* Mutexes, reader-writer locks and doing something once: who must be alone is alone, and nobody waits for ever. */
#include "guest.h"

#include <stardust/mutex.h>
#include <stardust/once.h>
#include <stardust/rwlock.h>
#include <stardust/thread.h>

enum { WORKERS = 8, ROUNDS = 2000, WRITERS = 3, ONCE_ROUNDS = 100 };

static struct mutex mutex, recursive = MUTEX_RECURSIVE;
static struct rwlock rwlock;
static volatile uint64_t counter, copy;
static uint64_t wrong;

static void found_wrong(bool it_is)
{
    if (it_is) {
        __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
    }
}

/* Not atomic: two at once lose one. */
static void count_one(struct worker *w)
{
    uint64_t before = counter;

    worker_dawdle(w);
    counter = before + 1;
}

static void count_with_mutex(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (i % 3 != 0 || !mutex_trylock(&mutex)) {
            mutex_lock(&mutex);
        }
        count_one(w);
        mutex_unlock(&mutex);
        worker_dawdle(w);
    }
}

static void count_with_recursive(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        mutex_lock(&recursive);
        mutex_lock(&recursive);
        count_one(w);
        mutex_unlock(&recursive);
        worker_dawdle(w);
        found_wrong(mutex_depth(&recursive) != 1);
        mutex_unlock(&recursive);
    }
}

static void test_mutex(void)
{
    counter = wrong = 0;
    workers_run("threads get a mutex", WORKERS, count_with_mutex);
    check(counter == WORKERS * ROUNDS, "counted under a mutex", counter, WORKERS * ROUNDS);
    check(mutex.owner == 0, "the mutex is free at the end", mutex.owner, 0);
    counter = 0;
    workers_run("threads get a recursive mutex", WORKERS, count_with_recursive);
    check(counter == WORKERS * ROUNDS, "counted under a recursive mutex", counter,
          WORKERS * ROUNDS);
    check(wrong == 0, "a recursive mutex is ours until the last unlock", wrong, 0);
}

static void write_both(struct worker *w)
{
    rwlock_write(&rwlock, NSEC_FOREVER);
    found_wrong(copy != counter);
    count_one(w);
    copy = counter;
    rwlock_write_end(&rwlock);
}

static void read_both(struct worker *w)
{
    uint64_t before;

    if (random_below(&w->random, 4) != 0 || !rwlock_tryread(&rwlock)) {
        rwlock_read(&rwlock, NSEC_FOREVER);
    }
    before = counter;
    worker_dawdle(w);
    found_wrong(copy != before || counter != before);
    rwlock_read_end(&rwlock);
}

static void read_or_write(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (w->number < WRITERS) {
            write_both(w);
        } else {
            read_both(w);
        }
        worker_dawdle(w);
    }
}

static void test_rwlock(void)
{
    counter = copy = wrong = 0;
    workers_run("threads get a reader-writer lock", WORKERS, read_or_write);
    check(counter == WRITERS * ROUNDS, "counted by writers", counter, WRITERS * ROUNDS);
    check(wrong == 0, "no writer beside a reader or another writer", wrong, 0);
    check(rwlock.readers == 0 && rwlock.writer == NULL, "the lock is free at the end",
          rwlock.readers, 0);
}

static struct once onces[ONCE_ROUNDS];
static unsigned done;

static void do_it(void)
{
    unsigned before = done;

    thread_yield();
    done = before + 1;
}

static void ask_for_it(struct worker *w)
{
    for (unsigned i = 0; i < ONCE_ROUNDS; i++) {
        worker_dawdle(w);
        once_run(&onces[i], do_it);
        found_wrong(__atomic_load_n(&done, __ATOMIC_RELAXED) < i + 1);
    }
}

void test_locks(void)
{
    test_mutex();
    test_rwlock();
    wrong = 0;
    workers_run("threads get on when it is done once", WORKERS, ask_for_it);
    check(done == ONCE_ROUNDS, "each thing is done once", done, ONCE_ROUNDS);
    check(wrong == 0, "it is done when one returns", wrong, 0);
}
