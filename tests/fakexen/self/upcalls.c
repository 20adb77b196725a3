/* The explorer and entries of upcalls: of those in entries.S it lets one pass and finds what is wrong with the others. */
#include "explorer.h"

#include <tests/fakexen/event.h>
#include <tests/fakexen/runner/test.h>

#include "concurrent.h"

#include <xen/callback.h>

void concurrent_handle(void)
{
    acknowledge();
}

static void raise_event(uint64_t random)
{
    (void)random;
    fakexen_event(bound_port);
}

static const void *entry;

static void count_up(void *argument)
{
    (void)argument;
    fakexen.vcpus[0].callbacks[CALLBACKTYPE_event] = (uintptr_t)entry;
    CU_ASSERT_EQUAL(as_built_count_up(300), 300 * 301 / 2);
}

/* As count_up, and then it waits for a last event, which comes while upcalls are let through or are not. */
static void count_until_handled(void *argument)
{
    count_up(argument);
    while (event_is_pending(bound_port) || fakexen_vcpu_info(0)->evtchn_upcall_pending != 0) {
        explore_here();
    }
}

static struct explore_options with_entry(void (*function)(void), void (*body)(void *))
{
    entry = (const void *)(uintptr_t)function;
    return (struct explore_options){.functions = {body},
                                    .outside = raise_event,
                                    .outside_interval = 200,
                                    .budget = 100000,
                                    .entry = function};
}

static void upcalls_entry(void)
{
    struct explore_options o = with_entry(as_built_entry, count_until_handled);

    expect_done(&o);
    CU_ASSERT(handled_in_all > SEEDS);
    o = with_entry(as_built_entry_loses, count_up);
    CU_ASSERT(count_outcome(&o, EXPLORE_CHANGED) > SEEDS / 2);
}

static unsigned long chosen;

static void raise_at_chosen(unsigned long steps, uintptr_t place)
{
    (void)place;
    if (steps == chosen || steps == chosen + 30) {
        fakexen_event(bound_port);
    }
}

/* Two events at each distance, and then silence: what comes while the first is handled is not forgotten. */
static unsigned endless_with(void (*function)(void))
{
    struct explore_options o = with_entry(function, count_until_handled);
    unsigned count = 0;

    o.outside = NULL;
    o.step = raise_at_chosen;
    o.budget = 3000;
    for (chosen = 1; chosen < 100; chosen++) {
        count += explore_one(o, 1).outcome != EXPLORE_DONE;
    }
    return count;
}

static void upcalls_entry_late(void)
{
    CU_ASSERT_EQUAL(endless_with(as_built_entry), 0);
    CU_ASSERT(endless_with(as_built_entry_late) > 0);
}

CU_TestInfo upcalls_tests[] = {
    {"entry", upcalls_entry},
    {"entry_late", upcalls_entry_late},
    CU_TEST_INFO_NULL,
};
