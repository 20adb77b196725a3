/* The console ring's other direction: what the backend has typed for us. See console_ring.h. */
#include <drivers/console/console_ring.h>

#include <stardust/barrier.h>
#include <stardust/console_input.h>
#include <stardust/event.h>
#include <stardust/memory.h>
#include <stardust/panic.h>

#include <xen/errno.h>

static struct xencons_interface *ring;
static evtchn_t port;
static XENCONS_RING_IDX consumer; /* ours: what stands in the ring, the backend could change */

size_t console_ring_take(struct xencons_interface *r, XENCONS_RING_IDX *from, char *bytes,
                         size_t size)
{
    XENCONS_RING_IDX producer = *(const volatile XENCONS_RING_IDX *)&r->in_prod;
    XENCONS_RING_IDX waiting = producer - *from;
    size_t count = size < waiting ? size : waiting;

    if (waiting > sizeof r->in) {
        return 0;
    }
    barrier_read();
    for (size_t i = 0; i < count; i++) {
        bytes[i] = *(const volatile char *)&r->in[MASK_XENCONS_IDX(*from + i, r->in)];
    }
    *from += (XENCONS_RING_IDX)count;
    /* The backend may overwrite only what we have read. */
    barrier_full();
    *(volatile XENCONS_RING_IDX *)&r->in_cons = *from;
    return count;
}

static size_t take(char *bytes, size_t size)
{
    size_t count = console_ring_take(ring, &consumer, bytes, size);

    if (count == 0) {
        /* An event from here on is told; what came before is seen now. */
        event_unmask(port);
        count = console_ring_take(ring, &consumer, bytes, size);
    }
    if (count > 0) {
        event_notify(port); /* who waits for room in the ring may go on */
    }
    return count;
}

/* Masked until somebody has found the ring empty: a backend cannot keep us busy with events. */
static void handle(evtchn_t from, void *context)
{
    (void)context;
    event_mask(from);
    console_input_arrived();
}

static void connect(mfn_t mfn, evtchn_t console_port)
{
    int error;

    ring = pfn_to_virtual(mfn_to_pfn(mfn));
    port = console_port;
    error = event_listen(port, handle, NULL);
    assert_that(error == 0 || error == -XEN_EEXIST, "console: port %u: error %d", port, error);
}

/* What was typed meanwhile may be in the ring already. */
static void resume(mfn_t mfn, evtchn_t console_port)
{
    connect(mfn, console_port);
    console_input_arrived();
}

static const struct console_source ring_source = {
    .name = "console ring",
    .take = take,
    .resume = resume,
};

void console_ring_input(mfn_t mfn, evtchn_t console_port)
{
    connect(mfn, console_port);
    consumer = ring->in_cons;
    console_ring_share_port(event_raise);
    console_input_attach(&ring_source);
}
