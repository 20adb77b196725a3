/* Exercise 3.3: the switch itself. */
#include "contexts.h"

#include <tests/ktap/random.h>

#include "suites.h"

#define ROUNDS 3000

/* Go back to the test each time, with other values in the registers. */
static void go_back(unsigned number)
{
    for (;;) {
        context_choose(number);
        context_go(number, 0);
    }
}

static void there_and_back(void)
{
    context_choose(0);
    context_go(0, 1);
}

/* A thread that has not run yet gets what its first frame says. */
static void check_first(unsigned number)
{
    context_check_kept(number);
    context_check_floating(number);
    context_check_stack(number);
    go_back(number);
}

static void test_first(void)
{
    contexts_start(check_first);
    there_and_back();
}

static void test_kept(void)
{
    contexts_start(go_back);
    for (unsigned i = 0; i < 10; i++) {
        there_and_back();
        context_check_kept(0);
    }
}

static void test_floating(void)
{
    contexts_start(go_back);
    for (unsigned i = 0; i < 10; i++) {
        there_and_back();
        context_check_floating(0);
    }
}

static void test_stack(void)
{
    contexts_start(go_back);
    for (unsigned i = 0; i < 10; i++) {
        there_and_back();
        context_check_stack(0);
    }
}

static struct random order;
static unsigned rounds;

static unsigned other_than(unsigned number)
{
    return (number + 1 + (unsigned)random_below(&order, CONTEXTS - 1)) % CONTEXTS;
}

static void go_anywhere(unsigned number)
{
    while (rounds < ROUNDS) {
        rounds++;
        context_choose(number);
        context_go(number, other_than(number));
        context_check_kept(number);
        context_check_floating(number);
        context_check_stack(number);
    }
    if (number != 0) {
        context_go(number, 0);
    }
}

/* Each comes back to its own, whoever ran in between. */
static void test_many(void)
{
    contexts_start(go_anywhere);
    order = random_start(~test_seed());
    rounds = 0;
    go_anywhere(0);
    CHECK(rounds == ROUNDS, .rule = "a switch leads to the thread that it was asked for",
          .did = text("the first thread was gone back to after %u switches", rounds),
          .expected = text("%u", ROUNDS), .where = (const void *)context_switch);
}

CU_TestInfo switch_tests[] = {
    {"first", test_first}, {"kept", test_kept}, {"floating", test_floating},
    {"stack", test_stack}, {"many", test_many}, CU_TEST_INFO_NULL,
};
