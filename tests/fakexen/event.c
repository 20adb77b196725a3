/* event_channel_op: ports, as far as sending, closing and making them. */
#include "operations.h"

#include "guest.h"

#include <xen/event_channel.h>

#include <xen/errno.h>

bool fakexen_port_in_use(uint64_t port)
{
    return port > 0 && port < FAKEXEN_PORTS && fakexen.ports[port].state != PORT_FREE;
}

static long send(uint64_t pointer)
{
    struct evtchn_send arguments;

    if (guest_read(&arguments, pointer, sizeof arguments) != 0) {
        return -XEN_EFAULT;
    }
    if (!fakexen_port_in_use(arguments.port)) {
        return -XEN_EINVAL;
    }
    /* By a port that nobody has bound yet an event goes nowhere, and Xen says nothing about it. */
    if (fakexen.ports[arguments.port].state == PORT_BOUND) {
        fakexen.ports[arguments.port].sends++;
        if (fakexen.on_send != NULL) {
            fakexen.on_send(arguments.port);
        }
    }
    return 0;
}

static long close_port(uint64_t pointer)
{
    struct evtchn_close arguments;

    if (guest_read(&arguments, pointer, sizeof arguments) != 0) {
        return -XEN_EFAULT;
    }
    if (!fakexen_port_in_use(arguments.port)) {
        return -XEN_EINVAL;
    }
    fakexen.ports[arguments.port] = (struct fakexen_port){.state = PORT_FREE};
    return 0;
}

static evtchn_t free_port(void)
{
    evtchn_t port = 1;

    while (port < FAKEXEN_PORTS && fakexen.ports[port].state != PORT_FREE) {
        port++;
    }
    return port;
}

static long alloc_unbound(uint64_t pointer)
{
    struct evtchn_alloc_unbound arguments;

    if (guest_read(&arguments, pointer, sizeof arguments) != 0) {
        return -XEN_EFAULT;
    }
    if (arguments.dom != DOMID_SELF) {
        return -XEN_EPERM;
    }
    arguments.port = free_port();
    if (arguments.port == FAKEXEN_PORTS) {
        return -XEN_ENOSPC;
    }
    fakexen.ports[arguments.port] =
        (struct fakexen_port){.state = PORT_UNBOUND, .remote = arguments.remote_dom};
    return guest_write(pointer, &arguments, sizeof arguments);
}

long fakexen_event_channel_op(const uint64_t arguments[5])
{
    switch ((int)arguments[0]) {
    case EVTCHNOP_send:
        return send(arguments[1]);
    case EVTCHNOP_close:
        return close_port(arguments[1]);
    case EVTCHNOP_alloc_unbound:
        return alloc_unbound(arguments[1]);
    default:
        return -XEN_ENOSYS;
    }
}
