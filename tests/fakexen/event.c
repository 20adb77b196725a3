/* Events becoming pending: see event.h. */
#include "event.h"

#include "vcpu.h"

#define BITS 64

static bool test_and_set(xen_ulong_t *words, unsigned bit)
{
    xen_ulong_t mask = (xen_ulong_t)1 << bit % BITS;

    return (__atomic_fetch_or(&words[bit / BITS], mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static bool test_and_clear(xen_ulong_t *words, unsigned bit)
{
    xen_ulong_t mask = (xen_ulong_t)1 << bit % BITS;

    return (__atomic_fetch_and(&words[bit / BITS], ~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static bool test(const xen_ulong_t *words, unsigned bit)
{
    return (__atomic_load_n(&words[bit / BITS], __ATOMIC_SEQ_CST) >> bit % BITS & 1) != 0;
}

struct fakexen_port *event_port(uint64_t number)
{
    bool used = number > 0 && number < FAKEXEN_PORTS && fakexen.ports[number].state != PORT_FREE;

    return used ? &fakexen.ports[number] : NULL;
}

static void select_word(evtchn_t port)
{
    unsigned vcpu = fakexen.ports[port].vcpu;

    if (!test_and_set(&fakexen_vcpu_info(vcpu)->evtchn_pending_sel, port / BITS)) {
        vcpu_mark_pending(vcpu);
    }
}

static void wake_pollers(evtchn_t port)
{
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        const struct fakexen_vcpu *v = &fakexen.vcpus[i];

        if (v->wait == WAIT_POLL && (v->poll_count != 1 || v->poll_port == port)) {
            vcpu_unblock(i);
        }
    }
}

/* An event that finds the bit set is one with the event before. */
void event_set_pending(evtchn_t port)
{
    if (test_and_set(fakexen.shared_info->evtchn_pending, port)) {
        return;
    }
    if (!test(fakexen.shared_info->evtchn_mask, port)) {
        select_word(port);
    }
    wake_pollers(port);
}

bool event_is_pending(evtchn_t port)
{
    return test(fakexen.shared_info->evtchn_pending, port);
}

void event_clear_pending(evtchn_t port)
{
    test_and_clear(fakexen.shared_info->evtchn_pending, port);
}

void event_unmask_port(evtchn_t port)
{
    if (test_and_clear(fakexen.shared_info->evtchn_mask, port) && event_is_pending(port)) {
        select_word(port);
    }
}

void fakexen_event(evtchn_t port)
{
    if (event_port(port) != NULL) {
        event_set_pending(port);
    }
}

void fakexen_virq(unsigned virq, unsigned vcpu)
{
    fakexen_event(fakexen.vcpus[vcpu].virqs[virq]);
}
