/* Exercise 4.2: what is pending is handled. */
#include "ports.h"

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/shared_info.h>

#include "step.h"
#include "suites.h"

#define DISPATCH ((const void *)event_dispatch)

static const evtchn_t others[] = {3, 64, 71, 4095};

static void check_handled(evtchn_t port, unsigned times, const char *usually)
{
    CHECK(port_handled(port) == times, .rule = "each event is handled once (stardust/event.h)",
          .did = text("called the handler of port %u %u times", port, port_handled(port)),
          .expected = text("%u", times), .usually = usually, .where = DISPATCH);
}

static void test_each_port(void)
{
    ports_start();
    for (evtchn_t port = 1; port < EVENT_PORTS; port++) {
        port_bind(port, 0);
        port_tell(port);
        event_dispatch();
        check_handled(port, 1, "a word or a bit at the border is left out");
        CHECK(!port_pending(port), .rule = "an event that is handled is not pending any more",
              .did = text("port %u is still pending", port), .expected = "its bit clear",
              .usually = "nobody clears it: it would be handled for ever", .where = DISPATCH);
    }
}

static void test_all(void)
{
    ports_start();
    for (evtchn_t port = 1; port < EVENT_PORTS; port++) {
        port_bind(port, 0);
        port_tell(port);
    }
    event_dispatch();
    for (evtchn_t port = 1; port < EVENT_PORTS; port++) {
        check_handled(port, 1, "it ends after the first port, or after the first word");
    }
}

static void tell_itself(evtchn_t port, void *context)
{
    port_count(port, context);
    port_tell(port);
}

/* Who is sent an event by each handler of it would never come back. */
static void test_once(void)
{
    ports_start();
    port_bind_to(70, 0, tell_itself);
    port_tell(70);
    event_dispatch();
    check_handled(70, 1,
                  "it looks again until nothing is pending: whoever sends fast enough keeps "
                  "this vCPU from everything else");
    port_check_not_lost(70, "the handler was sent the next event while it ran",
                        "the bit is cleared behind the handler", DISPATCH);
}

static void test_mine(void)
{
    ports_start();
    port_bind(70, 0);
    port_bind(71, 1);
    port_tell(71);
    port_tell(70);
    event_dispatch();
    check_handled(70, 1, NULL);
    check_handled(71, 0, "`events.mine` says which ports of a word are handled by this vCPU");
    CHECK(port_pending(71) && port_announced(71, 1),
          .rule = "the events of other vCPUs are left to them",
          .did = "the event of vCPU 1 in the same word is gone", .expected = "still pending",
          .usually = "the whole word is exchanged for 0", .where = DISPATCH);
}

static void take_away(evtchn_t port, void *context)
{
    port_count(port, context);
    fakexen_cpu(0)->events.mine[71 / EVENT_WORD_BITS] &= ~((uint64_t)1 << 71 % EVENT_WORD_BITS);
}

/* Another vCPU gets the port 71 while the handler of another port runs here. */
static void test_moved(void)
{
    ports_start();
    port_bind_to(70, 0, take_away);
    port_bind_to(72, 0, take_away);
    port_bind(71, 0);
    port_tell(71);
    port_tell(70);
    port_tell(72);
    event_dispatch();
    CHECK(port_handled(71) == 1 || port_pending(71),
          .rule = "a port that is another vCPU's by now is left to it",
          .did = "its pending bit is gone, and its handler was not called",
          .expected = "one of both",
          .usually = "the bit is cleared before the look whose port it is", .where = DISPATCH);
}

static void test_masked(void)
{
    ports_start();
    port_bind(70, 0);
    port_bind(71, 0);
    event_mask(71);
    port_tell(71);
    port_tell(70);
    event_dispatch();
    check_handled(70, 1, NULL);
    check_handled(71, 0, "evtchn_mask is not looked at");
    CHECK(port_pending(71), .rule = "the event of a masked port stays pending",
          .did = "its bit was cleared", .expected = "set", .where = DISPATCH);
}

static void unbind(evtchn_t port)
{
    fakexen_cpu(0)->events.mine[port / EVENT_WORD_BITS] &= ~((uint64_t)1 << port % EVENT_WORD_BITS);
}

/* Events of ports that have just been closed. */
static void test_nobody(void)
{
    ports_start();
    port_bind(70, 0);
    port_bind(71, 0);
    port_bind(200, 0);
    unbind(70);
    unbind(200);
    event_record(70)->handler = NULL;
    event_records[200 / EVENT_WORD_BITS] = NULL;
    port_tell(70);
    port_tell(71);
    port_tell(200);
    event_dispatch();
    check_handled(71, 1, "it gives up at the first port that nobody handles, or in its word");
    CHECK(fakexen_cpu(0)->events.handled == 1, .rule = "`handled` counts calls of handlers",
          .did = text("it is %lu", fakexen_cpu(0)->events.handled), .expected = "1",
          .where = DISPATCH);
}

static void look_around(evtchn_t port, void *context)
{
    const struct vcpu_info *info = fakexen_vcpu_info(0);

    port_count(port, context);
    CHECK(!port_pending(port),
          .rule = "the pending bit is cleared before the handler is called (stardust/event.h)",
          .did = "the handler was called while it was set", .expected = "clear",
          .usually = "it is cleared behind the handler: an event that comes in between is lost",
          .where = DISPATCH);
    CHECK(info->evtchn_upcall_pending == 0 && (info->evtchn_pending_sel >> port / 64 & 1) == 0,
          .rule = "this vCPU's pending byte and its selector are cleared before the bits are read",
          .did = "the handler was called while one of them was set", .expected = "both clear",
          .usually = "they are cleared at the end", .where = DISPATCH);
}

static void test_cleared_first(void)
{
    ports_start();
    port_bind_to(70, 0, look_around);
    port_tell(70);
    event_dispatch();
    check_handled(70, 1, NULL);
}

static void look_at_mark(evtchn_t port, void *context)
{
    port_count(port, context);
    CHECK(fakexen_cpu(0)->events.handling,
          .rule = "`events.handling` says that handlers run: event_unbind waits for it",
          .did = text("it was false in the handler of port %u", port), .expected = "true",
          .usually = "the mark is set nowhere", .where = DISPATCH);
}

static void test_marked(void)
{
    ports_start();
    port_bind_to(70, 0, look_at_mark);
    port_tell(70);
    event_dispatch();
    check_handled(70, 1, NULL);
    CHECK(!fakexen_cpu(0)->events.handling,
          .rule = "the mark is gone when the handlers have returned", .did = "it is still there",
          .expected = "false", .usually = "event_unbind would wait for ever", .where = DISPATCH);
}

static void tell_others(evtchn_t port, void *context)
{
    port_count(port, context);
    for (unsigned i = 0; i < ARRAY_LENGTH(others); i++) {
        port_tell(others[i]);
    }
}

static void dispatch_while_told(void)
{
    for (unsigned i = 0; i < 10 && fakexen_vcpu_info(0)->evtchn_upcall_pending != 0; i++) {
        event_dispatch();
    }
}

/* Lower and higher ports, the same word and others. */
static void test_again(void)
{
    ports_start();
    port_bind_to(70, 0, tell_others);
    for (unsigned i = 0; i < ARRAY_LENGTH(others); i++) {
        port_bind(others[i], 0);
    }
    port_tell(70);
    dispatch_while_told();
    for (unsigned i = 0; i < ARRAY_LENGTH(others); i++) {
        check_handled(others[i], 1, "what came while handlers ran was cleared unseen");
    }
}

static void dispatch(void *unused)
{
    (void)unused;
    event_dispatch();
}

static void test_atomic(void)
{
    ports_start();
    port_bind(70, 0);
    port_bind(200, 0);
    port_tell(70);
    port_tell(200);
    step_check_atomic(dispatch, NULL);
}

static void test_statistics(void)
{
    const struct event_ports *events;

    ports_start();
    events = &fakexen_cpu(0)->events;
    port_bind(70, 0);
    port_bind(200, 0);
    port_tell(70);
    port_tell(200);
    event_dispatch();
    port_tell(70);
    event_dispatch();
    event_dispatch();
    CHECK(events->upcalls == 3 && events->handled == 3 && events->stray == 1,
          .rule = "three upcalls, three events, and nothing to do once (stardust/event_ports.h)",
          .did = text("upcalls %lu, handled %lu, stray %lu", events->upcalls, events->handled,
                      events->stray),
          .expected = "3, 3 and 1", .where = DISPATCH);
    CHECK(event_record(70)->count == 2 && event_record(200)->count == 1,
          .rule = "each port's record counts its events", .did = "the counts are wrong",
          .expected = "2 and 1", .where = DISPATCH);
}

CU_TestInfo dispatch_tests[] = {
    {"each_port", test_each_port},
    {"all", test_all},
    {"once", test_once},
    {"mine", test_mine},
    {"moved", test_moved},
    {"masked", test_masked},
    {"nobody", test_nobody},
    {"cleared_first", test_cleared_first},
    {"marked", test_marked},
    {"again", test_again},
    {"atomic", test_atomic},
    {"statistics", test_statistics},
    CU_TEST_INFO_NULL,
};
