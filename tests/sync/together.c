/* Barriers, and doing something once, in thousands of orders of events. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/once.h>
#include <stardust/thread_barrier.h>

#include "../tap/tap.h"
#include "explorer.h"

enum { SEEDS = 3000, THREADS = 4, ROUNDS = 4 };

static struct thread_barrier barrier;
static struct once once;
static unsigned round_of[THREADS], last_ones[ROUNDS];
static unsigned begun, done;

static void setup(void)
{
    thread_barrier_init(&barrier, THREADS);
    memset(&once, 0, sizeof once);
    memset(round_of, 0, sizeof round_of);
    memset(last_ones, 0, sizeof last_ones);
    begun = done = 0;
}

/* Behind the barrier everybody has come as far as we have, and nobody is more than one round further. */
static void meet_often(void)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        round_of[explorer_thread()] = round + 1;
        explorer_point();
        if (thread_barrier_wait(&barrier)) {
            last_ones[round]++;
        }
        for (unsigned i = 0; i < THREADS; i++) {
            explorer_check(round_of[i] == round + 1 || round_of[i] == round + 2,
                           "a thread got through alone");
        }
    }
    explorer_check(last_ones[ROUNDS - 1] <= 1, "two threads came last");
}

static void test_rounds(void)
{
    static void (*const threads[])(void) = {meet_often, meet_often, meet_often, meet_often};

    explorer_try(SEEDS, setup, threads, THREADS);
    for (unsigned round = 0; round < ROUNDS; round++) {
        CU_ASSERT_EQUAL(last_ones[round], 1);
    }
}

static void take_long(void)
{
    begun++;
    for (int i = 0; i < 5; i++) {
        explorer_point();
    }
    done++;
}

static void ask_for_it(void)
{
    for (int i = 0; i < 3; i++) {
        once_run(&once, take_long);
        explorer_check(begun == 1, "it was done more than once");
        explorer_check(done == 1, "somebody did not wait until it was done");
    }
}

static void test_once(void)
{
    static void (*const threads[])(void) = {ask_for_it, ask_for_it, ask_for_it, ask_for_it};

    explorer_try(SEEDS, setup, threads, 4);
}

static const struct tap_test tests[] = {
    {"nobody gets through a barrier alone, one thread is the last, and it is as new at once",
     test_rounds},
    {"a thing is done once, and done when one returns", test_once},
};

int main(void)
{
    return TAP_RUN("together", tests);
}
