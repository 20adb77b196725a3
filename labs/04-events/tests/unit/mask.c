/* Exercise 4.1: ports are masked and unmasked. */
#include "ports.h"

#include <stardust/shared_info.h>

#include <tests/fakexen/explore.h>
#include <tests/ktap/random.h>

#include "step.h"
#include "suites.h"

/* The same as the kernel has it, for the explorer. */
void as_built_event_unmask(evtchn_t port);

#define MASK   ((const void *)event_mask)
#define UNMASK ((const void *)event_unmask)

static const evtchn_t some[] = {1, 5, 63, 64, 127, 1000, 4031, 4095};

static void test_one(void)
{
    ports_start();
    for (unsigned i = 0; i < ARRAY_LENGTH(some); i++) {
        port_bind(some[i], 0);
        event_mask(some[i]);
        CHECK(port_masked(some[i]),
              .rule = "a masked port has its bit set in evtchn_mask " ABI_RULE,
              .did = text("returned with the bit of port %u clear", some[i]), .expected = "set",
              .usually = "word and bit are not port / 64 and port % 64", .where = MASK);
        port_tell(some[i]);
        CHECK(port_pending(some[i]) && !port_announced(some[i], 0),
              .rule = "an event of a masked port waits", .did = "it was announced or is gone",
              .expected = "pending, and not announced", .where = MASK);
    }
}

/* Bits of the word that are not the port's stay as they are. */
static void test_others(void)
{
    struct random random = random_start(test_seed());

    ports_start();
    for (unsigned i = 0; i < 200; i++) {
        evtchn_t port = 1 + (evtchn_t)random_below(&random, EVENT_PORTS - 1);
        unsigned word = port / EVENT_WORD_BITS;
        uint64_t bit = (uint64_t)1 << port % EVENT_WORD_BITS;
        uint64_t before = random_next(&random), expected = i % 2 ? before | bit : before & ~bit;

        port_bind(port, 0);
        shared_info.evtchn_mask[word] = before;
        (i % 2 ? event_mask : event_unmask)(port);
        CHECK(shared_info.evtchn_mask[word] == expected, .rule = "one port is masked or unmasked",
              .did = text("for port %u the word went from 0x%lx to 0x%lx", port, before,
                          shared_info.evtchn_mask[word]),
              .expected = text("0x%lx", expected), .usually = "another word, or another bit in it",
              .where = i % 2 ? MASK : UNMASK);
    }
}

static void mask(void *port)
{
    event_mask(*(evtchn_t *)port);
}

static void unmask(void *port)
{
    event_unmask(*(evtchn_t *)port);
}

static void test_atomic(void)
{
    evtchn_t port = 70;

    ports_start();
    port_bind(port, 0);
    step_check_atomic(mask, &port);
    port_tell(port);
    step_check_atomic(unmask, &port);
}

/* The event came while the port was masked, for this vCPU or another one. */
static void test_pending(void)
{
    for (unsigned vcpu = 0; vcpu < 2; vcpu++) {
        ports_start();
        port_bind(70, vcpu);
        event_mask(70);
        port_tell(70);
        event_unmask(70);
        CHECK(!port_masked(70) && port_pending(70) && port_announced(70, vcpu),
              .rule = "an event that came while its port was masked comes when it is unmasked "
                      "(stardust/event.h)",
              .did =
                  text("port %s; its event %s", port_masked(70) ? "is still masked" : "is unmasked",
                       port_pending(70) ? "is pending, but nobody was told" : "is gone"),
              .expected = text("vCPU %u is told", vcpu),
              .usually = "the bit is cleared and no more: have Xen do it (EVTCHNOP_unmask), which "
                         "looks at a port that is still masked",
              .where = UNMASK);
    }
}

static void test_nothing(void)
{
    ports_start();
    port_bind(70, 0);
    event_mask(70);
    event_unmask(70);
    CHECK(!port_masked(70) && !port_pending(70) && !port_announced(70, 0),
          .rule = "unmasking brings no event when none came", .did = "there is one",
          .expected = "none", .where = UNMASK);
}

static unsigned long moment;

static void tell_at_moment(unsigned long step, uintptr_t place)
{
    (void)place;
    if (step == moment) {
        port_tell(70);
    }
}

static void unmask_as_built(void *port)
{
    as_built_event_unmask(*(evtchn_t *)port);
}

static unsigned long unmask_and_tell(evtchn_t port)
{
    struct explore_options options = {
        .functions = {unmask_as_built}, .arguments = {&port}, .step = tell_at_moment};
    struct explore_result result;

    ports_again();
    port_bind(port, 0);
    event_mask(port);
    result = explore(&options);
    explore_check(&result);
    return result.steps;
}

static void check_unmasked(evtchn_t port, unsigned long steps)
{
    CHECK(!port_masked(port), .rule = "event_unmask unmasks the port",
          .did = text("an event came before its instruction %lu of %lu, and the port stayed masked",
                      moment, steps),
          .expected = "unmasked", .where = UNMASK);
    if (port_told(port) > 0) {
        port_check_not_lost(
            port,
            text("an event came before instruction %lu of %lu of event_unmask", moment, steps),
            "it looks first and unmasks then: an event in between sees the mask, and the look does "
            "not see the event",
            UNMASK);
    }
}

static void test_any_moment(void)
{
    unsigned long steps;

    ports_start();
    moment = 1;
    do {
        steps = unmask_and_tell(70);
        check_unmasked(70, steps);
    } while (moment++ < steps);
}

static void change_neighbour(unsigned long step, greg_t *registers)
{
    (void)registers;
    if (step == moment) {
        shared_info.evtchn_mask[1] ^= 1;
    }
}

static void test_neighbours(void)
{
    evtchn_t port = 70;

    ports_start();
    for (unsigned i = 0; i < 2; i++) {
        unsigned long steps;

        moment = 0;
        do {
            uint64_t before;

            ports_again();
            port_bind(port, 0);
            before = shared_info.evtchn_mask[1] & 1;
            steps = step_through(i == 0 ? mask : unmask, &port, change_neighbour);
            CHECK(moment >= steps || (shared_info.evtchn_mask[1] & 1) != before,
                  .rule = "what others change in the same word is kept",
                  .did = text("another vCPU changed the mask of port 64 before instruction %lu of "
                              "%lu, and it was changed back",
                              moment, steps),
                  .expected = "one atomic instruction",
                  .usually = "the word is read, changed and written back",
                  .where = i == 0 ? MASK : UNMASK);
        } while (moment++ < steps);
    }
}

CU_TestInfo mask_tests[] = {
    {"one", test_one},
    {"others", test_others},
    {"atomic", test_atomic},
    {"pending", test_pending},
    {"nothing", test_nothing},
    {"any_moment", test_any_moment},
    {"neighbours", test_neighbours},
    CU_TEST_INFO_NULL,
};
