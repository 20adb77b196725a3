/* Exercise 4.5: the end of an upcall, and the thread that it interrupted. */
#include "threads.h"

#include <string.h>

#include <stardust/critical.h>
#include <stardust/preempt.h>
#include <stardust/upcall.h>

#include "ports.h"
#include "suites.h"

#define HANDLE ((const void *)upcall_handle)

/* As upcall.S does. */
static void upcall(void)
{
    critical_enter();
    upcall_handle();
}

static void check_story(const char *rule, const char *expected, const char *usually)
{
    CHECK(strcmp(threads_story(), expected) == 0, .rule = rule,
          .did = text("what happened: %s", threads_story()), .expected = expected,
          .usually = usually, .where = HANDLE);
}

static void check_switches(unsigned count, const char *rule, const char *usually)
{
    CHECK(threads_log.switches == count, .rule = rule,
          .did = text("what happened: %s", threads_story()),
          .expected = count > 0 ? "a switch" : "no switch", .usually = usually, .where = HANDLE);
}

static void test_switches(void)
{
    threads_start();
    threads_ready(PRIORITY + 1);
    upcall();
    check_switches(1, "an upcall ends with a switch when one is wanted and due", NULL);
}

static void test_stays(void)
{
    threads_start();
    threads_ready(PRIORITY);
    upcall();
    check_switches(0, "the interrupted thread goes on when nobody else is due",
                   "wanted is no decision: look");
    CHECK(threads_log.watches == 1,
          .rule = "whoever goes on has its slice watched (stardust/slice.h)",
          .did = text("slice_watch was called %u times", threads_log.watches), .expected = "1",
          .where = HANDLE);
}

static void test_not_wanted(void)
{
    threads_start();
    threads_ready(PRIORITY + 1);
    preempt_calm();
    upcall();
    check_switches(0, "without a wish nobody looks", NULL);
}

static void test_disabled(void)
{
    struct cpu *cpu = threads_start();

    threads_ready(PRIORITY + 1);
    preempt_disable();
    upcall();
    check_switches(0, "a thread that has preemption disabled is not preempted (stardust/preempt.h)",
                   NULL);
    CHECK((cpu->preemption & PREEMPTION_CALM) == 0,
          .rule = "what is wanted waits for the section's end", .did = "it was taken back",
          .expected = "still wanted", .where = HANDLE);
    preempt_enable_quietly();
}

static void wake(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    CHECK(preempt_depth() > 0, .rule = "handlers run with preemption disabled",
          .did = "called one without", .expected = "preempt_disable", .where = HANDLE);
    threads_note("handler");
    threads_ready(PRIORITY + 1);
    preempt_want();
}

static void test_handlers_first(void)
{
    threads_start();
    preempt_calm();
    port_bind_to(70, 0, wake);
    port_bind_to(200, 0, wake);
    port_tell(70);
    port_tell(200);
    upcall();
    check_story("the switch comes when all handlers have returned",
                "handler, handler, save, switch, restore", NULL);
}

static void test_registers(void)
{
    struct cpu *cpu = threads_start();

    threads_ready(PRIORITY + 1);
    upcall();
    check_story("a thread that was interrupted gets all its registers back (stardust/fpu.h)",
                "save, switch, restore",
                "schedule_preempt keeps what a call keeps: of vector registers that is nothing");
    CHECK(threads_log.saved == cpu->current->fpu && threads_log.restored == cpu->current->fpu,
          .rule = "a thread's registers are kept in its own area, thread->fpu",
          .did = "another one was used", .expected = "the same for both", .where = HANDLE);
}

static void test_first(void)
{
    threads_start();
    threads_log.slice_left = 0;
    threads_ready(PRIORITY);
    upcall();
    CHECK(threads_log.switches == 1 && !threads_log.first,
          .rule = "who used its slice up goes behind the others of its priority",
          .did =
              text("switched %u times, with first = %d", threads_log.switches, threads_log.first),
          .expected = "once, with 0", .where = HANDLE);
}

static void test_masked(void)
{
    for (unsigned i = 0; i < 2; i++) {
        threads_start();
        threads_ready(i == 0 ? PRIORITY - 1 : PRIORITY + 1);
        upcall();
        CHECK(critical_masked() && preempt_depth() == 0,
              .rule = "upcall.S unmasks, and nobody before",
              .did = "returned with upcalls coming, or "
                     "with preemption disabled",
              .expected = "masked, as it was called",
              .usually = "critical_end: the next upcall then "
                         "comes on top of this one's frame",
              .where = HANDLE);
    }
}

CU_TestInfo interrupted_tests[] = {
    {"switches", test_switches},
    {"stays", test_stays},
    {"not_wanted", test_not_wanted},
    {"disabled", test_disabled},
    {"handlers_first", test_handlers_first},
    {"registers", test_registers},
    {"first", test_first},
    {"masked", test_masked},
    CU_TEST_INFO_NULL,
};
