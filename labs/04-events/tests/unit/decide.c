/* Exercise 4.4: who has to give way. */
#include "threads.h"

#include <stardust/preempt.h>
#include <stardust/slice.h>

#include "suites.h"

#define NOW ((const void *)preempt_now)

static void check(bool gives_way, const char *rule, const char *usually)
{
    preempt_now();
    CHECK((threads_log.switches == 1) == gives_way && threads_log.switches <= 1, .rule = rule,
          .did = text("%s", threads_log.switches > 0 ? "gave way" : "went on"),
          .expected = gives_way ? "it gives way" : "it goes on", .usually = usually, .where = NOW);
}

static void test_higher(void)
{
    threads_start();
    threads_ready(PRIORITY + 1);
    check(true,
          "a thread gives way to one of higher priority at once, whatever is left of its slice",
          "only equal priorities are compared");
}

static void test_lower(void)
{
    threads_start();
    threads_log.slice_left = 0;
    threads_ready(PRIORITY - 1);
    check(false, "a thread goes on while only threads of lower priority are ready",
          "a slice that is over is no reason by itself");
}

static void test_nobody(void)
{
    threads_start();
    threads_log.slice_left = 0;
    check(false, "a thread goes on while nobody else is ready",
          "a slice that is over is no reason by itself");
}

static void test_equal(void)
{
    threads_start();
    threads_ready(PRIORITY);
    check(false, "a thread goes on while it has time left and nobody of higher priority is ready",
          ">= in place of >: threads of the same priority then take turns at each event");
}

static void test_slice_over(void)
{
    threads_start();
    threads_log.slice_left = 0;
    threads_ready(PRIORITY);
    check(true, "a thread whose slice is over gives way to one of its own priority",
          "slice_left is not asked");
}

static void test_idle(void)
{
    threads_start();
    threads_idle();
    threads_ready(0);
    check(
        true, "the idle thread gives way to every other one",
        "its priority is compared like any other's: a thread of priority 0 waits for a slice that "
        "nobody measures");
}

static void test_idle_stays(void)
{
    threads_start();
    threads_idle();
    check(false, "the idle thread goes on while nobody is ready", "it always gives way, to itself");
}

static void test_elsewhere(void)
{
    threads_start()->current->affinity = 2;
    check(true, "a thread that may not run on this vCPU any more gives way, even to nobody",
          "the affinity is not looked at");
}

static void test_watches(void)
{
    threads_start();
    threads_ready(PRIORITY);
    preempt_now();
    CHECK(threads_log.watches == 1,
          .rule = "whoever goes on has its slice watched (stardust/slice.h)",
          .did = text("slice_watch was called %u times", threads_log.watches), .expected = "1",
          .usually = "nobody will look again when the slice is over", .where = NOW);
}

/* Somebody wants another look while this one is being had. */
static void test_calm(void)
{
    struct cpu *cpu = threads_start();

    preempt_now();
    CHECK((cpu->preemption & PREEMPTION_CALM) != 0,
          .rule = "after the look nothing is wanted any more", .did = "it is still wanted",
          .expected = "preempt_calm",
          .usually = "the look repeats itself at "
                     "every end of a section",
          .where = NOW);
    threads_start();
    threads_log.want_in_watch = true;
    preempt_now();
    CHECK((cpu->preemption & PREEMPTION_CALM) == 0,
          .rule = "what is wanted after the look has begun is not forgotten",
          .did = "a new wish was taken back with the old one",
          .expected = "preempt_calm before the look", .usually = "preempt_calm at the end",
          .where = NOW);
}

static void test_locked(void)
{
    struct cpu *cpu = threads_start();

    threads_ready(PRIORITY);
    preempt_now();
    CHECK(preempt_depth() == 0 && cpu->runqueue.lock.next == cpu->runqueue.lock.owner,
          .rule = "the run queue's lock is given back", .did = "returned with it held",
          .expected = "spin_unlock_quietly on every way out", .where = NOW);
}

CU_TestInfo decide_tests[] = {
    {"higher", test_higher},         {"lower", test_lower},
    {"nobody", test_nobody},         {"equal", test_equal},
    {"slice_over", test_slice_over}, {"idle", test_idle},
    {"idle_stays", test_idle_stays}, {"elsewhere", test_elsewhere},
    {"watches", test_watches},       {"calm", test_calm},
    {"locked", test_locked},         CU_TEST_INFO_NULL,
};
