/* Exercise 4.2: whatever happens between any two instructions. */
#include "ports.h"

#include <stardust/cpu.h>

#include <tests/fakexen/explore.h>

#include "suites.h"

/* The same as the kernel has it, for the explorer. */
void as_built_event_dispatch(void);

#define DISPATCH ((const void *)event_dispatch)

static void dispatch_while_told(void)
{
    for (unsigned i = 0; i < 10 && fakexen_vcpu_info(0)->evtchn_upcall_pending != 0; i++) {
        event_dispatch();
    }
}

/* Whoever looks at each bit takes so many instructions that only some of the moments are tried. */
#define FEW_STEPS    600
#define SOME_MOMENTS 50

static unsigned long moment;
static evtchn_t latecomer;

static void tell_latecomer(unsigned long step, uintptr_t place)
{
    (void)place;
    if (step == moment) {
        port_tell(latecomer);
    }
}

static void dispatch_as_built(void *unused)
{
    (void)unused;
    as_built_event_dispatch();
}

static unsigned long dispatch_and_tell(evtchn_t port)
{
    struct explore_options options = {.functions = {dispatch_as_built}, .step = tell_latecomer};
    struct explore_result result;

    ports_again();
    port_bind(70, 0);
    port_bind(71, 0);
    port_bind(200, 0);
    latecomer = port;
    port_tell(70);
    result = explore(&options);
    explore_check(&result);
    return result.steps;
}

static void try_all_moments(evtchn_t port)
{
    unsigned long steps;

    moment = 1;
    do {
        steps = dispatch_and_tell(port);
        dispatch_while_told();
        CHECK(port_up_to_date(port), .rule = "no event is lost " ABI_RULE,
              .did = text("an event of port %u came before instruction %lu of %lu, and its handler "
                          "was not called after that",
                          port, moment, steps),
              .expected = "it is handled now or at the next upcall",
              .usually = "from above to below: the pending byte is cleared before the selector is "
                         "taken, the selector before the words are read, a bit before its handler",
              .where = DISPATCH);
        moment += steps <= FEW_STEPS ? 1 : 1 + steps / SOME_MOMENTS;
    } while (moment <= steps);
}

/* Nobody had to be waited for; how often its handler had been called. */
static bool unbound;
static unsigned handled_before;

/* As event_unbind does on another vCPU. */
static void unbind_port_70(unsigned long step, uintptr_t place)
{
    (void)place;
    if (step == moment) {
        fakexen_cpu(0)->events.mine[70 / EVENT_WORD_BITS] &= ~((uint64_t)1 << 70 % EVENT_WORD_BITS);
        unbound = !fakexen_cpu(0)->events.handling;
        handled_before = port_handled(70);
    }
}

static unsigned long dispatch_and_unbind(void)
{
    struct explore_options options = {.functions = {dispatch_as_built}, .step = unbind_port_70};
    struct explore_result result;

    ports_again();
    port_bind(70, 0);
    port_tell(70);
    unbound = false;
    result = explore(&options);
    explore_check(&result);
    return result.steps;
}

static void test_marked_first(void)
{
    unsigned long steps;

    ports_start();
    moment = 1;
    do {
        steps = dispatch_and_unbind();
        CHECK(!unbound || port_handled(70) == handled_before,
              .rule = "`events.handling` is set before the look at `events.mine`: event_unbind "
                      "changes that, and then waits for the mark to go",
              .did = text("port 70 was unbound before instruction %lu of %lu, when the mark was "
                          "not set, and its handler was called",
                          moment, steps),
              .expected = "it is not called any more",
              .usually = "the mark is set around the handler only", .where = DISPATCH);
        moment += steps <= FEW_STEPS ? 1 : 1 + steps / SOME_MOMENTS;
    } while (moment <= steps);
}

static void test_any_moment(void)
{
    ports_start();
    try_all_moments(70);
    try_all_moments(71);
    try_all_moments(200);
}

CU_TestInfo moments_tests[] = {
    {"any", test_any_moment},
    {"marked_first", test_marked_first},
    CU_TEST_INFO_NULL,
};
