/* event_channel_op: what the guest asks about its ports. Making them is in event_bind.c. */
#include "operations.h"

#include "event.h"
#include "event_bind.h"
#include "guest.h"

#include <xen/event_channel.h>

#include <xen/errno.h>

static void note_send(struct fakexen_port *port, evtchn_t number)
{
    port->sends++;
    if (fakexen.on_send != NULL) {
        fakexen.on_send(number);
    }
}

/* By a port that nobody has bound yet an event goes nowhere, and Xen says nothing about it. */
static long send(void *argument)
{
    evtchn_t number = ((struct evtchn_send *)argument)->port;
    struct fakexen_port *port = event_port(number);

    if (port == NULL || port->state == PORT_VIRQ) {
        return -XEN_EINVAL;
    }
    if (port->state == PORT_IPI) {
        event_set_pending(number);
    } else if (port->peer != 0) {
        event_set_pending(port->peer);
    }
    if (port->state != PORT_UNBOUND) {
        note_send(port, number);
    }
    return 0;
}

static long close_port(void *argument)
{
    evtchn_t number = ((struct evtchn_close *)argument)->port;

    if (event_port(number) == NULL) {
        return -XEN_EINVAL;
    }
    event_unbind_port(number);
    return 0;
}

static long unmask(void *argument)
{
    evtchn_t number = ((struct evtchn_unmask *)argument)->port;

    if (number >= event_ports_valid()) {
        return -XEN_EINVAL;
    }
    event_unmask_port(number);
    return 0;
}

static long status(void *argument)
{
    static const uint32_t words[] = {
        [PORT_FREE] = EVTCHNSTAT_closed,       [PORT_UNBOUND] = EVTCHNSTAT_unbound,
        [PORT_BOUND] = EVTCHNSTAT_interdomain, [PORT_VIRQ] = EVTCHNSTAT_virq,
        [PORT_IPI] = EVTCHNSTAT_ipi,
    };
    struct evtchn_status *s = argument;
    const struct fakexen_port *port;

    if (s->dom != DOMID_SELF) {
        return -XEN_ESRCH;
    }
    if (s->port >= event_ports_valid()) {
        return -XEN_EINVAL;
    }
    port = &fakexen.ports[s->port];
    s->status = words[port->state];
    s->vcpu = port->vcpu;
    if (port->state == PORT_VIRQ) {
        s->u.virq = port->virq;
    } else if (port->state == PORT_UNBOUND) {
        s->u.unbound.dom = port->remote;
    } else if (port->state == PORT_BOUND) {
        s->u.interdomain.dom = port->remote;
        s->u.interdomain.port = port->peer;
    }
    return 0;
}

static const struct {
    long (*operation)(void *argument);
    size_t size;
    bool answers; /* the argument is written back */
} commands[] = {
    [EVTCHNOP_send] = {send, sizeof(struct evtchn_send), false},
    [EVTCHNOP_close] = {close_port, sizeof(struct evtchn_close), false},
    [EVTCHNOP_unmask] = {unmask, sizeof(struct evtchn_unmask), false},
    [EVTCHNOP_status] = {status, sizeof(struct evtchn_status), true},
    [EVTCHNOP_alloc_unbound] = {event_alloc_unbound, sizeof(struct evtchn_alloc_unbound), true},
    [EVTCHNOP_bind_interdomain] = {event_bind_to, sizeof(struct evtchn_bind_interdomain), true},
    [EVTCHNOP_bind_virq] = {event_bind_to_virq, sizeof(struct evtchn_bind_virq), true},
    [EVTCHNOP_bind_ipi] = {event_bind_to_ipi, sizeof(struct evtchn_bind_ipi), true},
    [EVTCHNOP_bind_vcpu] = {event_bind_to_vcpu, sizeof(struct evtchn_bind_vcpu), false},
};

long fakexen_event_channel_op(const uint64_t arguments[5])
{
    unsigned command = (unsigned)arguments[0];
    union {
        struct evtchn_op all;
        uint64_t words[8];
    } argument;
    long error;

    if (command >= ARRAY_LENGTH(commands) || commands[command].operation == NULL) {
        return -XEN_ENOSYS;
    }
    if (guest_read(&argument, arguments[1], commands[command].size) != 0) {
        return -XEN_EFAULT;
    }
    error = commands[command].operation(&argument);
    if (error == 0 && commands[command].answers) {
        error = guest_write(arguments[1], &argument, commands[command].size);
    }
    return error;
}
