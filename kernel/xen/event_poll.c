/* Sending an event and polling for one: see stardust/event_poll.h. */
#include <stardust/event_poll.h>

#include <stardust/clock.h>
#include <stardust/hypercall.h>
#include <stardust/shared_info.h>

enum { BITS = sizeof(xen_ulong_t) * 8 };

__attribute__((no_stack_protector)) int event_notify(evtchn_t port)
{
    struct evtchn_send send = {.port = port};

    return (int)hypercall_event_channel_op(EVTCHNOP_send, &send);
}

static void clear_pending(evtchn_t port)
{
    __atomic_fetch_and(&shared_info.evtchn_pending[port / BITS], ~((xen_ulong_t)1 << port % BITS),
                       __ATOMIC_SEQ_CST);
}

void event_wait(evtchn_t port, nsec_t deadline)
{
    struct sched_poll poll = {.nr_ports = 1, .timeout = clock_of_xen(deadline)};

    set_xen_guest_handle(poll.ports, &port);
    hypercall_sched_op(SCHEDOP_poll, &poll);
    clear_pending(port);
}
