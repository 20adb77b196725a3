/* Making and closing ports: see event_bind.h. */
#include "event_bind.h"

#include "event.h"

#include <xen/event_channel.h>

#include <xen/errno.h>

#define PORTS_AT_ONCE 64 /* Xen makes so many at a time */

static evtchn_t ports_used(void)
{
    evtchn_t end = FAKEXEN_PORTS;

    while (end > 1 && fakexen.ports[end - 1].state == PORT_FREE && !fakexen.ports[end - 1].used) {
        end--;
    }
    return end;
}

evtchn_t event_ports_valid(void)
{
    return (ports_used() + PORTS_AT_ONCE - 1) / PORTS_AT_ONCE * PORTS_AT_ONCE;
}

/* Returns the number of the new port, or an error. */
static long new_port(struct fakexen_port port)
{
    evtchn_t number = 1;

    while (number < FAKEXEN_PORTS && fakexen.ports[number].state != PORT_FREE) {
        number++;
    }
    if (number == FAKEXEN_PORTS) {
        return -XEN_ENOSPC;
    }
    fakexen.ports[number] = port;
    fakexen.ports[number].used = true;
    return number;
}

static long answer_port(long number, evtchn_t *port)
{
    if (number > 0) {
        *port = (evtchn_t)number;
    }
    return number > 0 ? 0 : number;
}

long event_alloc_unbound(void *argument)
{
    struct evtchn_alloc_unbound *a = argument;

    if (a->dom != DOMID_SELF) {
        return -XEN_EPERM;
    }
    return answer_port(
        new_port((struct fakexen_port){.state = PORT_UNBOUND, .remote = a->remote_dom}), &a->port);
}

/* An event may have come to the port before it had an end here: Xen supposes so. */
long event_bind_to(void *argument)
{
    struct evtchn_bind_interdomain *a = argument;
    struct fakexen_port *remote = event_port(a->remote_port);
    long number;

    if (a->remote_dom != DOMID_SELF) {
        return -XEN_ESRCH;
    }
    if (remote == NULL || remote->state != PORT_UNBOUND || remote->remote != DOMID_SELF) {
        return -XEN_EINVAL;
    }
    number = new_port(
        (struct fakexen_port){.state = PORT_BOUND, .remote = DOMID_SELF, .peer = a->remote_port});
    if (number > 0) {
        remote->state = PORT_BOUND;
        remote->peer = (evtchn_t)number;
        event_set_pending((evtchn_t)number);
    }
    return answer_port(number, &a->local_port);
}

static bool virq_of_each_vcpu(unsigned virq)
{
    return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF || virq == VIRQ_XENPMU;
}

long event_bind_to_virq(void *argument)
{
    struct evtchn_bind_virq *a = argument;
    long number;

    if (a->virq >= FAKEXEN_VIRQS || (!virq_of_each_vcpu(a->virq) && a->vcpu != 0)) {
        return -XEN_EINVAL;
    }
    if (a->vcpu >= fakexen.options.vcpus) {
        return -XEN_ENOENT;
    }
    if (fakexen.vcpus[a->vcpu].virqs[a->virq] != 0) {
        return -XEN_EEXIST;
    }
    number = new_port((struct fakexen_port){.state = PORT_VIRQ, .virq = a->virq, .vcpu = a->vcpu});
    if (number > 0) {
        fakexen.vcpus[a->vcpu].virqs[a->virq] = (evtchn_t)number;
    }
    return answer_port(number, &a->port);
}

long event_bind_to_ipi(void *argument)
{
    struct evtchn_bind_ipi *a = argument;

    if (a->vcpu >= fakexen.options.vcpus) {
        return -XEN_ENOENT;
    }
    return answer_port(new_port((struct fakexen_port){.state = PORT_IPI, .vcpu = a->vcpu}),
                       &a->port);
}

/* What a vCPU has for itself stays there. */
long event_bind_to_vcpu(void *argument)
{
    const struct evtchn_bind_vcpu *a = argument;
    struct fakexen_port *port = event_port(a->port);

    if (a->vcpu >= fakexen.options.vcpus) {
        return -XEN_ENOENT;
    }
    if (port == NULL || port->state == PORT_IPI ||
        (port->state == PORT_VIRQ && virq_of_each_vcpu(port->virq))) {
        return -XEN_EINVAL;
    }
    port->vcpu = a->vcpu;
    return 0;
}

void event_unbind_port(evtchn_t number)
{
    struct fakexen_port *port = &fakexen.ports[number];
    evtchn_t *bound = &fakexen.vcpus[port->vcpu].virqs[port->virq];

    if (port->state == PORT_VIRQ && *bound == number) {
        *bound = 0;
    } else if (port->state == PORT_VIRQ) {
        fakexen.vcpus[0].virqs[port->virq] = 0;
    }
    if (port->peer != 0) {
        fakexen.ports[port->peer].state = PORT_UNBOUND;
        fakexen.ports[port->peer].peer = 0;
    }
    event_clear_pending(number);
    *port = (struct fakexen_port){.state = PORT_FREE, .used = true};
}
