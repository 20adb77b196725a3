/* Conditions, semaphores and barriers: no wake-up is lost, whoever comes first. */
#include "guest.h"

#include <stardust/condition.h>
#include <stardust/mutex.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>
#include <stardust/thread_barrier.h>

enum { WORKERS = 8, ROUNDS = 2000, ROOM = 3, MEETINGS = 300 };

static struct mutex mutex;
static struct condition turned, filled, emptied;
static unsigned turn, used_up;
static uint64_t made, used, wrong;

/* Each signal is for the other one, who may be on its way to sleep: a lost one stops both. */
static void ping_pong(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        mutex_lock(&mutex);
        while (turn % 2 != w->number) {
            condition_wait(&turned, &mutex, NSEC_FOREVER);
        }
        turn++;
        if (i % 2 == 0) {
            condition_signal(&turned);
        }
        mutex_unlock(&mutex);
        if (i % 2 != 0) {
            condition_signal(&turned);
        }
        worker_dawdle(w);
    }
}

static struct semaphore begins;

static void signal_before_sleep(unsigned round)
{
    mutex_lock(&mutex);
    semaphore_up(&begins);
    while (turn == round) {
        condition_wait(&turned, &mutex, NSEC_FOREVER);
    }
    mutex_unlock(&mutex);
}

/*
 * Where threads are preempted, the second one runs as soon as it can. It waits for the mutex when the first one waits for
 * the condition; so it signals when that has unlocked the mutex and does not sleep yet.
 */
static void signal_in_between(struct worker *w)
{
    thread_set_affinity(thread_current(), 1);
    thread_set_priority(thread_current(), THREAD_PRIORITY_DEFAULT + w->number);
    for (unsigned i = 0; i < MEETINGS; i++) {
        if (w->number == 0) {
            signal_before_sleep(i);
            continue;
        }
        semaphore_down(&begins, NSEC_FOREVER);
        mutex_lock(&mutex);
        turn++;
        condition_signal(&turned);
        mutex_unlock(&mutex);
    }
}

static uint64_t buffer[ROOM];
static unsigned first, count;

static void put(uint64_t item)
{
    buffer[(first + count++) % ROOM] = item;
}

static uint64_t take(void)
{
    count--;
    return buffer[first++ % ROOM];
}

static uint64_t item_of(const struct worker *w, unsigned i)
{
    return (uint64_t)w->number * ROUNDS + i;
}

static void produce_with_condition(struct worker *w, unsigned i)
{
    mutex_lock(&mutex);
    while (count == ROOM) {
        condition_wait(&emptied, &mutex, NSEC_FOREVER);
    }
    put(item_of(w, i));
    made += item_of(w, i);
    condition_signal(&filled);
    mutex_unlock(&mutex);
}

static void consume_with_condition(void)
{
    mutex_lock(&mutex);
    while (count == 0) {
        condition_wait(&filled, &mutex, NSEC_FOREVER);
    }
    used += take();
    used_up++;
    mutex_unlock(&mutex);
    condition_signal(&emptied);
}

static void with_conditions(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (w->number % 2 == 0) {
            produce_with_condition(w, i);
        } else {
            consume_with_condition();
        }
        worker_dawdle(w);
    }
}

static struct semaphore full, empty = SEMAPHORE(ROOM);

static void with_semaphores(struct worker *w)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        bool produces = w->number % 2 == 0;

        semaphore_down(produces ? &empty : &full, NSEC_FOREVER);
        mutex_lock(&mutex);
        if (produces) {
            put(item_of(w, i));
            made += item_of(w, i);
        } else {
            used += take();
            used_up++;
        }
        mutex_unlock(&mutex);
        semaphore_up(produces ? &full : &empty);
        worker_dawdle(w);
    }
}

static void test_buffer(const char *what, void (*work)(struct worker *))
{
    made = used = used_up = 0;
    workers_run(what, WORKERS, work);
    check(used == made && used_up == WORKERS / 2 * ROUNDS, what, used, made);
}

static struct thread_barrier barrier;
static unsigned came[MEETINGS], last[MEETINGS];

static void meet(struct worker *w)
{
    for (unsigned i = 0; i < MEETINGS; i++) {
        __atomic_fetch_add(&came[i], 1, __ATOMIC_RELAXED);
        if (thread_barrier_wait(&barrier)) {
            __atomic_fetch_add(&last[i], 1, __ATOMIC_RELAXED);
        }
        if (__atomic_load_n(&came[i], __ATOMIC_RELAXED) != WORKERS) {
            __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
        }
        worker_dawdle(w);
    }
}

static void test_barrier(void)
{
    thread_barrier_init(&barrier, WORKERS);
    workers_run("threads meet at a barrier", WORKERS, meet);
    check(wrong == 0, "nobody gets through a barrier alone", wrong, 0);
    wrong = 0;
    for (unsigned i = 0; i < MEETINGS; i++) {
        wrong += last[i] != 1;
    }
    check(wrong == 0, "exactly one comes last", wrong, 0);
}

/* All wait, and one lets all go. */
static void wait_for_round(struct worker *w)
{
    for (unsigned i = 0; i < MEETINGS; i++) {
        mutex_lock(&mutex);
        if (++turn % WORKERS == 0) {
            condition_broadcast(&turned);
        }
        while (turn < (i + 1) * WORKERS) {
            condition_wait(&turned, &mutex, NSEC_FOREVER);
        }
        mutex_unlock(&mutex);
        worker_dawdle(w);
    }
}

void test_meetings(void)
{
    workers_run("two threads take turns", 2, ping_pong);
    check(turn == 2 * ROUNDS, "two threads take turns", turn, 2 * ROUNDS);
    turn = 0;
    workers_run("a signal between unlocking and sleeping counts", 2, signal_in_between);
    check(turn == MEETINGS, "a signal between unlocking and sleeping counts", turn, MEETINGS);
    turn = 0;
    workers_run("a broadcast wakes all", WORKERS, wait_for_round);
    check(turn == WORKERS * MEETINGS, "a broadcast wakes all", turn, WORKERS * MEETINGS);
    test_buffer("what is made is used, with conditions", with_conditions);
    test_buffer("what is made is used, with semaphores", with_semaphores);
    check(full.units == 0 && empty.units == ROOM, "no unit is lost", empty.units, ROOM);
    test_barrier();
}
