/* The backend of the guest's console: see console.h. */
#include "console.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#include <xenevtchn.h>
#include <xengnttab.h>

#include <xen/xen.h>

#include <xen/grant_table.h>
#include <xen/io/console.h>

#include "port.h"

static xenevtchn_handle *channels;
static volatile struct xencons_interface *ring;
static evtchn_port_t local_port;
static unsigned long passed;
static bool broken;

static struct {
    char bytes[CONSOLE_TYPED_MOST];
    size_t length; /* 0: nothing is under way */
    size_t done;   /* of them, in the ring */
} typed;

void console_connect(int id, unsigned port)
{
    xengnttab_handle *grants = xengnttab_open(NULL, 0);
    uint32_t domain = (uint32_t)id;

    channels = xenevtchn_open(NULL, 0);
    if (grants == NULL || channels == NULL) {
        port_fault("dom0 has no access to grants or event channels");
    }
    ring = xengnttab_map_grant_ref(grants, domain, GNTTAB_RESERVED_CONSOLE, PROT_READ | PROT_WRITE);

    int bound = ring != NULL ? xenevtchn_bind_interdomain(channels, domain, port) : -1;

    if (bound < 0) {
        port_fault("the console of guest %d cannot be %s", id, ring != NULL ? "bound" : "mapped");
    }
    local_port = (evtchn_port_t)bound;
}

int console_events(void)
{
    return channels != NULL ? xenevtchn_fd(channels) : -1;
}

/* Copy out what the guest has written since last time. Returns the number of bytes; 0: the ring is
 * empty or broken. */
static size_t take(char *bytes, size_t size)
{
    XENCONS_RING_IDX read = ring->out_cons;
    XENCONS_RING_IDX written = ring->out_prod;
    size_t length = 0;

    /* The guest fills the ring before it moves out_prod: read in the other order. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (written - read > sizeof ring->out) {
        if (!broken) {
            port_say("console out_prod (%u) is %u ahead of out_cons (%u), and the ring holds %zu",
                     written, written - read, read, sizeof ring->out);
        }
        broken = true;
        return 0;
    }
    while (read != written && length < size) {
        bytes[length++] = ring->out[MASK_XENCONS_IDX(read++, ring->out)];
    }
    /* Only when the bytes are ours may the guest overwrite them. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    ring->out_cons = read;
    return length;
}

void console_drain(void)
{
    char bytes[sizeof ring->out];
    size_t length;

    while ((length = take(bytes, sizeof bytes)) > 0) {
        xenevtchn_notify(channels, local_port);
        port_console(bytes, length);
        passed += length;
    }
}

/* Put into the ring what is still to be typed, as far as there is room. */
static void put_typed(void)
{
    XENCONS_RING_IDX written = ring->in_prod;
    XENCONS_RING_IDX before = written;

    while (typed.done < typed.length && written - ring->in_cons < sizeof ring->in) {
        ring->in[MASK_XENCONS_IDX(written++, ring->in)] = typed.bytes[typed.done++];
    }
    if (written != before) {
        /* The guest reads the bytes once it has seen in_prod. */
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        ring->in_prod = written;
        xenevtchn_notify(channels, local_port);
    }
    if (typed.length > 0 && typed.done == typed.length) {
        typed.length = 0;
        port_say("typed");
    }
}

void console_type(const char *digits)
{
    unsigned byte;

    typed.length = typed.done = 0;
    for (; typed.length < sizeof typed.bytes && sscanf(digits, "%2x", &byte) == 1; digits += 2) {
        typed.bytes[typed.length++] = (char)byte;
    }
    put_typed();
}

void console_serve(void)
{
    xenevtchn_port_or_error_t port = xenevtchn_pending(channels);

    /* Ask for the next event before the ring is read: bytes that come in between are then told
     * again, never missed. */
    if (port < 0 || xenevtchn_unmask(channels, (evtchn_port_t)port) < 0) {
        port_fault("the event channel of the guest's console broke");
    }
    console_drain();
    put_typed();
}

unsigned long console_bytes(void)
{
    return passed;
}
