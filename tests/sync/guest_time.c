/* Time limits that come at the moment of the wake-up: who is late is late, and nothing is lost. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/condition.h>
#include <stardust/mutex.h>
#include <stardust/rwlock.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>

enum { WORKERS = 8, ROUNDS = 500 };

static struct mutex mutex;
static struct condition filled;
static struct semaphore semaphore;
static struct rwlock rwlock;
static volatile uint64_t counter;
static uint64_t items, taken, late, early, wrong;

/* Half of them give units, the others take as many, however often they are late. */
static void give_and_take(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (w->number % 2 == 0) {
            thread_sleep(worker_soon(w));
            semaphore_up(&semaphore);
            continue;
        }
        while (semaphore_down(&semaphore, worker_soon(w)) != 0) {
            __atomic_fetch_add(&late, 1, __ATOMIC_RELAXED);
        }
        __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
    }
}

/* A signal that ends with somebody who was late would leave an item lying, and its taker asleep. */
static void signal_and_wait(struct worker *w)
{
    bool patient = w->number % 4 == 1;

    for (unsigned i = 0; i < ROUNDS; i++) {
        if (w->number % 2 == 0) {
            thread_sleep(worker_soon(w));
            mutex_lock(&mutex);
            items++;
            mutex_unlock(&mutex);
            condition_signal(&filled);
            continue;
        }
        mutex_lock(&mutex);
        while (items == 0) {
            condition_wait(&filled, &mutex, patient ? NSEC_FOREVER : worker_soon(w));
        }
        items--;
        mutex_unlock(&mutex);
    }
}

static void count_in_time(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        nsec_t deadline = worker_soon(w);
        uint64_t before;

        if (mutex_lock_until(&mutex, deadline) != 0) {
            __atomic_fetch_add(&late, 1, __ATOMIC_RELAXED);
            __atomic_fetch_add(&early, clock_monotonic() < deadline, __ATOMIC_RELAXED);
            continue;
        }
        before = counter;
        thread_sleep(worker_soon(w));
        counter = before + 1;
        mutex_unlock(&mutex);
    }
}

static void read_and_write_in_time(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t before;

        if (w->number % 2 == 0 && rwlock_write(&rwlock, worker_soon(w)) == 0) {
            before = counter;
            worker_dawdle(w);
            counter = before + 1;
            __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
            rwlock_write_end(&rwlock);
        } else if (rwlock_read(&rwlock, worker_soon(w)) == 0) {
            before = counter;
            thread_sleep(worker_soon(w));
            if (counter != before) {
                __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
            }
            rwlock_read_end(&rwlock);
        }
    }
}

void test_time_limits(void)
{
    workers_run("units come before or after time is over", WORKERS, give_and_take);
    check(taken == WORKERS / 2 * ROUNDS && semaphore.units == 0, "no unit is lost to the late",
          taken, WORKERS / 2 * ROUNDS);
    check(late > 0, "some were late", late, 1);
    workers_run("signals come before or after time is over", WORKERS, signal_and_wait);
    check(items == 0, "no signal is lost to the late", items, 0);
    late = 0;
    workers_run("a mutex comes before or after time is over", WORKERS, count_in_time);
    check(counter + late == WORKERS * ROUNDS && mutex.owner == 0,
          "who is late does not hold the mutex", counter + late, WORKERS * ROUNDS);
    check(early == 0, "nobody is late before it is time", early, 0);
    counter = taken = 0;
    workers_run("a lock comes before or after time is over", WORKERS, read_and_write_in_time);
    check(counter == taken && wrong == 0, "who is late neither reads nor writes", counter, taken);
    check(rwlock.readers == 0 && rwlock.writer == NULL, "the lock is free at the end",
          rwlock.readers, 0);
}
