/* The console ring as a sink for the kernel's console: notifying the backend, waiting for it. */
#include <drivers/console/console_ring.h>

#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/event_poll.h>
#include <stardust/memory.h>
#include <stardust/panic.h>

static struct xencons_interface *ring;
static evtchn_t port;
static void (*raise_event)(evtchn_t port); /* NULL: nobody handles the port's events */
static bool forgotten; /* we have taken events from whoever does; the console's lock */

/* The handler on another vCPU may take an event that came before we began to poll: hence the limit. */
#define SHARED_POLL (10 * NSEC_PER_MSEC)

static size_t ring_write(const char *bytes, size_t length)
{
    size_t taken = console_ring_put_text(ring, bytes, length);

    event_notify(port);
    if (forgotten && taken == length) {
        forgotten = false;
        raise_event(port);
    }
    return taken;
}

static bool ring_drained(void)
{
    return console_ring_drained(ring);
}

static void ring_wait(nsec_t deadline)
{
    nsec_t soon = clock_monotonic() + SHARED_POLL;

    if (raise_event == NULL) {
        event_wait(port, deadline);
        return;
    }
    event_wait(port, deadline < soon ? deadline : soon);
    forgotten = true;
}

static void locate(mfn_t mfn, evtchn_t console_port)
{
    assert_that(mfn_is_ours(mfn), "console: machine frame 0x%lx of the ring is not ours", mfn);
    ring = pfn_to_virtual(mfn_to_pfn(mfn));
    port = console_port;
}

static const struct console_sink ring_sink = {
    .name = "console ring",
    .write = ring_write,
    .wait = ring_wait,
    .drained = ring_drained,
    .resume = locate,
};

void console_ring_attach(mfn_t mfn, evtchn_t console_port)
{
    locate(mfn, console_port);
    console_attach(&ring_sink);
}

void console_ring_share_port(void (*raise)(evtchn_t port))
{
    raise_event = raise;
}
