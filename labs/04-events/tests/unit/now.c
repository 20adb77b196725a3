/* Exercise 4.4: a switch that is wanted at the end of a section. */
#include "threads.h"

#include <stardust/critical.h>
#include <stardust/preempt.h>

#include <xen/version.h>

#include "suites.h"

#define NOW ((const void *)preempt_now)

static void test_switches(void)
{
    threads_start();
    threads_ready(PRIORITY + 1);
    preempt_disable();
    preempt_want();
    preempt_enable();
    CHECK(threads_log.switches == 1,
          .rule = "a switch that was wanted in a section happens at its end",
          .did = text("what happened: %s", threads_story()), .expected = "switch",
          .usually = "preempt_now looks, and does not switch", .where = NOW);
}

static struct cpu *start_masked(void)
{
    struct cpu *cpu = threads_start();

    threads_ready(PRIORITY + 1);
    critical_enter();
    preempt_now();
    return cpu;
}

static void test_masked(void)
{
    start_masked();
    CHECK(threads_log.switches == 0, .rule = "while upcalls are masked no thread is switched",
          .did = text("what happened: %s", threads_story()), .expected = "no switch",
          .usually = "whoever masked them relies on running alone here", .where = NOW);
    CHECK(
        threads_log.sends == 1,
        .rule = "a switch that is wanted while upcalls are masked happens as soon as they are not "
                "(stardust/preempt.h)",
        .did = text("what happened: %s", threads_story()),
        .expected = "an event to our own reschedule_port, which comes then",
        .usually = "returning at once: nobody else looks until the next event, which may be never",
        .where = NOW);
}

static void test_masked_calm(void)
{
    struct cpu *cpu = start_masked();

    CHECK((cpu->preemption & PREEMPTION_CALM) != 0,
          .rule = "once the event is sent, nothing is wanted until it comes",
          .did = "it is still wanted: each end of a section sends another event",
          .expected = "preempt_calm; the event's handler wants it again", .where = NOW);
    CHECK(critical_masked(), .rule = "the mask is its owner's",
          .did = "returned with upcalls coming", .expected = "still masked", .where = NOW);
}

/* Whoever unmasks looks whether something came. */
static void test_leaves(void)
{
    for (unsigned i = 0; i < 2; i++) {
        struct cpu *cpu = threads_start();
        unsigned long calls = fakexen.calls;

        threads_ready(i == 0 ? PRIORITY - 1 : PRIORITY + 1);
        cpu->info.evtchn_upcall_pending = 1;
        preempt_now();
        CHECK(!critical_masked(), .rule = "afterwards upcalls come again",
              .did = "returned with upcalls masked", .expected = "critical_end on every way out",
              .usually = "a return in the middle", .where = NOW);
        CHECK(fakexen.calls > calls, .rule = "an event that came meanwhile is not kept waiting",
              .did = "unmasked, and did not enter Xen although an event is pending",
              .expected = "critical_end", .usually = "the mask is cleared by hand", .where = NOW);
    }
}

static void check_first(unsigned priority, nsec_t left, bool first)
{
    threads_start();
    threads_log.slice_left = left;
    threads_ready(priority);
    preempt_now();
    CHECK(
        threads_log.switches == 1 && threads_log.first == first,
        .rule = "who was interrupted with time left goes on before the others of its priority; who "
                "used it up, behind them (stardust/schedule.h)",
        .did = text("switched %u times, with first = %d", threads_log.switches, threads_log.first),
        .expected = text("once, with %d", first), .where = NOW);
}

static void test_first(void)
{
    check_first(PRIORITY + 1, 1000, true);
}

static void test_not_first(void)
{
    check_first(PRIORITY, 0, false);
    check_first(PRIORITY + 1, 0, false);
}

CU_TestInfo now_tests[] = {
    {"switches", test_switches}, {"masked", test_masked}, {"masked_calm", test_masked_calm},
    {"leaves", test_leaves},     {"first", test_first},   {"not_first", test_not_first},
    CU_TEST_INFO_NULL,
};
