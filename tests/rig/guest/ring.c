/* The test guest's console in a domain run: the ring that dom0 reads. In a direct run there is none. */
#include "ring.h"

#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/sched.h>

enum { PAGE = 4096 };

/* The image's pages are mapped from here on, in the order of their numbers. */
static const unsigned long image_base = 0x400000;

static volatile struct xencons_interface *ring;
static evtchn_port_t port;

void ring_open(const struct start_info *info)
{
    const unsigned long *machine_to_pfn = (const unsigned long *)MACH2PHYS_VIRT_START;

    if ((info->flags & SIF_INITDOMAIN) == 0) {
        ring = (void *)(image_base + machine_to_pfn[info->console.domU.mfn] * PAGE);
        port = info->console.domU.evtchn;
    }
}

int ring_is_open(void)
{
    return ring != 0;
}

static void notify(void)
{
    struct evtchn_send send = {.port = port};

    hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, (long)&send, 0);
}

static void put(char character)
{
    while (ring->out_prod - ring->out_cons == sizeof ring->out) {
        notify();
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0);
    }
    ring->out[MASK_XENCONS_IDX(ring->out_prod, ring->out)] = character;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    ring->out_prod++;
}

static void put_text(const char *text)
{
    while (*text != '\0') {
        put(*text++);
    }
}

void ring_print(const char *text)
{
    put_text(text);
    notify();
}

void ring_print_unannounced(const char *text)
{
    while (ring->out_cons != ring->out_prod) {
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0);
    }
    put_text(text);
}

void ring_break(void)
{
    ring->out_prod += 100000;
    notify();
}
