/* Exercises 3.4 to 3.6 together: many threads, in an order that follows from the seed. */
#include "threads.h"

#include <tests/ktap/random.h>

#include "suites.h"

#define THREADS 200
#define ROUNDS  5
#define DEPTH   60

static struct random random;

/* What becomes of a thread. */
enum fate { JOINED_EARLY, JOINED_LATE, DETACHED_EARLY, DETACHED_LATE, FATES };

static struct thread *threads[THREADS];
static unsigned ran;

static void *run_a_while(void *argument)
{
    for (uint64_t left = random_below(&random, 4); left > 0; left--) {
        thread_yield();
    }
    ran++;
    return argument;
}

static void *result_of(unsigned i)
{
    return (char *)threads + i;
}

static void end_one(unsigned i, bool joined)
{
    void *result = result_of(i);
    int error = joined ? thread_join(threads[i], &result, NSEC_FOREVER) : thread_detach(threads[i]);

    CHECK(error == 0 && result == result_of(i), .rule = "each thread has its own result",
          .did = text("thread %u: error %d", i, error), .expected = "0, and what it returned",
          .where = (const void *)thread_join);
}

static void make_all(const enum fate *fates)
{
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] =
            threads_make("one of many", (int)random_below(&random, 8), run_a_while, result_of(i));
        if (fates[i] == DETACHED_EARLY) {
            end_one(i, false);
        }
    }
}

static void play_round(void *unused)
{
    enum fate fates[THREADS];

    (void)unused;
    for (unsigned i = 0; i < THREADS; i++) {
        fates[i] = (enum fate)random_below(&random, FATES);
    }
    make_all(fates);
    for (unsigned i = 0; i < THREADS; i++) {
        if (fates[i] == JOINED_EARLY) {
            end_one(i, true);
        }
    }
    threads_run();
    for (unsigned i = THREADS; i-- > 0;) {
        if (fates[i] == JOINED_LATE || fates[i] == DETACHED_LATE) {
            end_one(i, fates[i] == JOINED_LATE);
        }
    }
}

static void test_rounds(void)
{
    threads_start();
    random = random_start(test_seed());
    ran = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        threads_no_deadlock(play_round, NULL, "who joins is woken", (const void *)thread_join);
        threads_check_left(0, "each thread is freed by one of: who joins, who detaches, schedule.c",
                           (const void *)thread_join);
    }
    CHECK(ran == ROUNDS * THREADS, .rule = "every thread runs to its end",
          .did = text("%u of %u did", ran, ROUNDS * THREADS),
          .expected = text("%u", ROUNDS * THREADS), .where = (const void *)thread_create);
}

/* Each makes the next one and joins it. */
static void *go_deeper(void *argument)
{
    uintptr_t depth = (uintptr_t)argument;
    void *result = (void *)0;

    if (depth < DEPTH) {
        struct thread *t = threads_make("deeper", 0, go_deeper, (void *)(depth + 1));

        thread_join(t, &result, NSEC_FOREVER);
    }
    return (void *)((uintptr_t)result + depth);
}

static void join_chain(void *result)
{
    struct thread *t = threads_make("first", 0, go_deeper, (void *)(uintptr_t)1);

    thread_join(t, result, NSEC_FOREVER);
}

static void test_chain(void)
{
    uintptr_t sum = 0, expected = DEPTH * (DEPTH + 1) / 2;

    threads_start();
    threads_no_deadlock(join_chain, &sum, "each one waits for the next one, and the last one ends",
                        (const void *)thread_join);
    CHECK(sum == expected, .rule = "threads may wait for threads that wait for threads",
          .did = text("the results add up to %lu", sum), .expected = text("%lu", expected),
          .where = (const void *)thread_join);
    threads_check_left(0, "each one is joined", (const void *)thread_join);
}

CU_TestInfo many_tests[] = {
    {"rounds", test_rounds},
    {"chain", test_chain},
    CU_TEST_INFO_NULL,
};
