/* Timers that one vCPU cancels while their function may run on another: when timer_cancel has returned, it does not run any more. */
#include "around.h"
#include "suites.h"

#include <stardust/cpu.h>
#include <stardust/timer.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS  2
#define SEEDS  30
#define ROUNDS 4
#define SOON   300 /* nanoseconds: a moment */
#define MOMENT 300
/* Steps until a moment is over: many more than reading the clock takes, which begins anew when time goes on. */
#define MOMENT_STEPS 4000

void as_built_timers_init(void);
void as_built_timer_start(struct timer *timer, nsec_t deadline);
bool as_built_timer_cancel(struct timer *timer);
nsec_t as_built_clock_monotonic(void);

static struct timer timer;
/* Rounds: the one under way, those in which that happened. */
static volatile unsigned current, started, cancelled;
static volatile bool again; /* the function starts the timer again, once */
static unsigned called;
static nsec_t passed = MOMENT; /* virtual time, of all orders so far */

static void check_not_cancelled(void)
{
    CHECK(cancelled < current,
          .rule = "when timer_cancel has returned, the timer's function does not run",
          .did = "returned, and the function ran", .where = (const void *)as_built_timer_cancel);
}

static void on_time(struct timer *t)
{
    called++;
    check_not_cancelled();
    for (unsigned i = 0; i < 10; i++) {
        explore_here();
        check_not_cancelled();
    }
    if (again) {
        again = false;
        as_built_timer_start(t, as_built_clock_monotonic() + SOON);
    }
}

static void prepare(void)
{
    around_again(VCPUS);
    current = started = cancelled = 0;
    timer_init(&timer, on_time);
    /* The kernel's clock does not go back. */
    fakexen_time_is(passed);
}

static void let_time_pass(uint64_t random)
{
    (void)random;
    passed += MOMENT;
    fakexen_time_is(passed);
}

static void start(void *argument)
{
    (void)argument;
    as_built_timers_init();
    for (unsigned round = 1; round <= ROUNDS; round++) {
        again = round % 2 == 0;
        current = round;
        as_built_timer_start(&timer, as_built_clock_monotonic() + SOON);
        started = round;
        while (cancelled < round) {
            explore_here();
        }
    }
}

static void cancel(void *argument)
{
    (void)argument;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        while (started < round) {
            explore_here();
        }
        for (unsigned i = 0; i < MOMENT_STEPS / ROUNDS * round; i++) {
            explore_here();
        }
        as_built_timer_cancel(&timer);
        cancelled = round;
    }
}

static void test_cancel(void)
{
    const struct explore_options options = {
        .functions = {start, cancel},
        .budget = 5000000,
        .outside = let_time_pass,
        .outside_interval = MOMENT_STEPS,
        .entry = as_built_upcall_entry,
    };

    called = 0;
    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, prepare, NULL);
    CHECK(called > SEEDS,
          .rule = "of all orders, in many the function is called before it is cancelled",
          .did = text("called it %u times", called));
}

CU_TestInfo timer_tests[] = {
    {"cancel", test_cancel},
    CU_TEST_INFO_NULL,
};
