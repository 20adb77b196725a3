/* Events on the real hypervisor, sent to ourselves: see parts.h. */
#include "parts.h"

#include <stardust/critical.h>
#include <stardust/event.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>

static char did[160];
static uint64_t seed, sum;
static evtchn_t ports[EVENTS_PORTS];
static unsigned times[EVENTS_PORTS];
static unsigned handled, left; /* handlers called; how often the first one sends its event again */

static void handle(evtchn_t port, void *context)
{
    unsigned number = (unsigned)(uintptr_t)context;

    (void)port;
    handled++;
    sum += events_handled(seed, number, ++times[number]);
}

static void begin(void)
{
    sum = 0;
    handled = 0;
    for (unsigned i = 0; i < EVENTS_PORTS; i++) {
        times[i] = 0;
    }
}

static unsigned bind_all(void)
{
    unsigned bound = 0;

    for (uintptr_t i = 0; i < EVENTS_PORTS; i++) {
        int port = event_bind_ipi(0, handle, (void *)i);

        ports[i] = port > 0 ? (evtchn_t)port : 0;
        bound += port > 0;
    }
    return bound;
}

static unsigned send_one_by_one(void)
{
    unsigned late = 0;

    for (unsigned i = 0; i < EVENTS_SENDS; i++) {
        event_notify(ports[events_pick(seed, "send", i, EVENTS_PORTS)]);
        late += *(volatile unsigned *)&handled <= i;
    }
    return late;
}

/* Returns how often a handler ran in a critical section. */
static unsigned send_held_back(void)
{
    unsigned early = 0;

    for (unsigned round = 0; round < EVENTS_ROUNDS; round++) {
        critical_t state = critical_enter();
        unsigned before = handled;

        for (unsigned i = 0; i < EVENTS_HELD; i++) {
            event_notify(ports[events_pick(seed, "held", round * EVENTS_HELD + i, EVENTS_PORTS)]);
        }
        early += *(volatile unsigned *)&handled != before;
        critical_leave(state);
    }
    return early;
}

static void test_sends(void)
{
    unsigned bound, late, early;

    begin();
    bound = bind_all();
    late = send_one_by_one();
    early = send_held_back();
    guest_report_value("ports_sum", sum);
    format_text(
        did, sizeof did,
        "%u of %u ports were bound; %u events were handled late, and in %u critical sections "
        "handlers ran",
        bound, EVENTS_PORTS, late, early);
    report("events.ports", bound == EVENTS_PORTS && late == 0 && early == 0,
           "an event is handled at once, or as soon as upcalls come again", did,
           "all of them bound, none late, none early", "4.2 and 4.3");
}

static void handle_again(evtchn_t port, void *context)
{
    unsigned before = handled;

    handle(port, context);
    if (left > 0) {
        left--;
        event_notify(port);
    }
    handled = before + 1; /* a handler in a handler does not count */
}

static void test_again(void)
{
    int port = event_bind_ipi(0, handle_again, NULL);

    begin();
    left = events_again(seed);
    event_notify((evtchn_t)port);
    guest_report_value("again_sum", sum);
    format_text(did, sizeof did, "the handler was called %u times", handled);
    report("events.again", handled == events_again(seed) + 1,
           "an event that is sent while its handler runs is handled after that", did,
           "once for each time that it was sent, one after the other", "4.2");
    event_unbind((evtchn_t)port);
}

static void test_masked(void)
{
    unsigned early = 0;

    begin();
    for (unsigned i = 0; i < EVENTS_MASKED; i++) {
        evtchn_t port = ports[events_pick(seed, "mask", i, EVENTS_PORTS)];
        unsigned before = handled;

        event_mask(port);
        for (unsigned n = events_while_masked(seed, i); n > 0; n--) {
            event_notify(port);
        }
        early += *(volatile unsigned *)&handled != before;
        event_unmask(port);
    }
    guest_report_value("unmasked_sum", sum);
    format_text(did, sizeof did, "%u events of masked ports were handled", early);
    report("events.masked", early == 0, "a masked port's event waits until it is unmasked", did,
           "none", "4.1");
}

void test_ports(uint64_t run_seed)
{
    seed = run_seed;
    test_sends();
    test_again();
    test_masked();
    for (unsigned i = 0; i < EVENTS_PORTS; i++) {
        event_unbind(ports[i]);
    }
}

static evtchn_t ends[2 * EVENTS_CHANNELS];

/* Returns the first error, or 0. */
static int make_channel(uintptr_t first)
{
    int port = event_bind_unbound(DOMID_SELF, handle, (void *)first);
    int other;

    if (port < 0) {
        return port;
    }
    ends[first] = (evtchn_t)port;
    other = event_bind_interdomain(DOMID_SELF, ends[first], handle, (void *)(first + 1));
    ends[first + 1] = other > 0 ? (evtchn_t)other : 0;
    return other < 0 ? other : 0;
}

/* Xen tells whoever connects that there may be something already: that does not count. */
void test_loopback(uint64_t run_seed)
{
    int error = 0;

    seed = run_seed;
    for (unsigned i = 0; i < EVENTS_CHANNELS && error == 0; i++) {
        error = make_channel(2 * i);
    }
    begin();
    for (unsigned i = 0; i < EVENTS_SENDS && error == 0; i++) {
        event_notify(ends[events_pick(seed, "loopback", i, 2 * EVENTS_CHANNELS)]);
    }
    guest_report_value("loopback_sum", sum);
    format_text(did, sizeof did, "error %d; %u of %u events were handled", error, handled,
                EVENTS_SENDS);
    report("events.loopback", error == 0 && handled == EVENTS_SENDS,
           "what is sent at one end of a channel comes to the other", did, "all of them",
           "4.2 and 4.3");
    for (unsigned i = 0; i < 2 * EVENTS_CHANNELS && error == 0; i++) {
        event_unbind(ends[i]);
    }
}
