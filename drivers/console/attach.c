/* The console ring as a sink for the kernel's console: notifying the backend, waiting for it. */
#include <drivers/console/console_ring.h>

#include <stardust/console.h>
#include <stardust/event_poll.h>
#include <stardust/memory.h>
#include <stardust/panic.h>

static struct xencons_interface *ring;
static evtchn_t port;

static size_t ring_write(const char *bytes, size_t length)
{
    size_t taken = console_ring_put_text(ring, bytes, length);

    event_notify(port);
    return taken;
}

static bool ring_drained(void)
{
    return console_ring_drained(ring);
}

static void ring_wait(nsec_t deadline)
{
    event_wait(port, deadline);
}

static const struct console_sink ring_sink = {
    .name = "console ring",
    .write = ring_write,
    .wait = ring_wait,
    .drained = ring_drained,
};

void console_ring_attach(mfn_t mfn, evtchn_t console_port)
{
    assert_that(mfn_is_ours(mfn), "console: machine frame 0x%lx of the ring is not ours", mfn);
    ring = pfn_to_virtual(mfn_to_pfn(mfn));
    port = console_port;
    console_attach(&ring_sink);
}
