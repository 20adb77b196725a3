/* The rules about event channels: making ports, sending by them, closing them. See rules.h. */
#include "pages.h"

#include <stardust/shared_info.h>

#include <xen/errno.h>

#define NEVER_USED   777
#define BEYOND       (1 << 20)
#define MISSING_VCPU 60
#define OTHER_DOMAIN 0x6fff
#define UNKNOWN_VIRQ 24
#define EACH_VCPUS   VIRQ_XENOPROF
#define FIRST_VCPUS  VIRQ_CON_RING

static long event(unsigned command, void *argument)
{
    return hypercall_event_channel_op(command, argument);
}

static long close(evtchn_t port)
{
    struct evtchn_close close = {.port = port};

    return event(EVTCHNOP_close, &close);
}

/* Returns the port or an error. */
static long bind_virq(unsigned virq, unsigned vcpu)
{
    struct evtchn_bind_virq bind = {.virq = virq, .vcpu = vcpu};
    long error = event(EVTCHNOP_bind_virq, &bind);

    return error == 0 ? (long)bind.port : error;
}

static long bind_ipi(unsigned vcpu)
{
    struct evtchn_bind_ipi bind = {.vcpu = vcpu};
    long error = event(EVTCHNOP_bind_ipi, &bind);

    return error == 0 ? (long)bind.port : error;
}

static evtchn_t unbound(domid_t remote)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = remote};

    event(EVTCHNOP_alloc_unbound, &alloc);
    return alloc.port;
}

static long connect(domid_t remote, evtchn_t port)
{
    struct evtchn_bind_interdomain bind = {.remote_dom = remote, .remote_port = port};
    long error = event(EVTCHNOP_bind_interdomain, &bind);

    return error == 0 ? (long)bind.local_port : error;
}

static long send(long port)
{
    struct evtchn_send send = {.port = (evtchn_t)port};

    return event(EVTCHNOP_send, &send);
}

static long unmask(evtchn_t port)
{
    struct evtchn_unmask unmask = {.port = port};

    return event(EVTCHNOP_unmask, &unmask);
}

static long move(long port, unsigned vcpu)
{
    struct evtchn_bind_vcpu bind = {.port = (evtchn_t)port, .vcpu = vcpu};

    return event(EVTCHNOP_bind_vcpu, &bind);
}

/* Returns EVTCHNSTAT_* or an error. */
static long status(long port)
{
    struct evtchn_status status = {.dom = DOMID_SELF, .port = (evtchn_t)port};
    long error = event(EVTCHNOP_status, &status);

    return error == 0 ? (long)status.status : error;
}

static long pending(long port)
{
    return __atomic_load_n(&shared_info.evtchn_pending[port / 64], __ATOMIC_SEQ_CST) >> port % 64 &
           1;
}

static long close_after(long port, long answer)
{
    close((evtchn_t)port);
    return answer;
}

static long virq(void)
{
    long port = bind_virq(EACH_VCPUS, 0);

    return close_after(port, port > 0);
}

static long virq_twice(void)
{
    long port = bind_virq(EACH_VCPUS, 0);

    return close_after(port, bind_virq(EACH_VCPUS, 0));
}

static long virq_again(void)
{
    long port;

    close((evtchn_t)bind_virq(EACH_VCPUS, 0));
    port = bind_virq(EACH_VCPUS, 0);
    return close_after(port, port > 0);
}

static long virq_unknown(void)
{
    return bind_virq(UNKNOWN_VIRQ, 0);
}

static long virq_missing_vcpu(void)
{
    return bind_virq(EACH_VCPUS, MISSING_VCPU);
}

/* Nobody but vCPU 0 may have it, be there another or not. */
static long virq_of_first_elsewhere(void)
{
    return bind_virq(FIRST_VCPUS, MISSING_VCPU);
}

static long virq_status(void)
{
    long port = bind_virq(EACH_VCPUS, 0);

    return close_after(port, status(port));
}

static long virq_send(void)
{
    long port = bind_virq(EACH_VCPUS, 0);

    return close_after(port, send(port));
}

static long virq_move(void)
{
    long port = bind_virq(EACH_VCPUS, 0);

    return close_after(port, move(port, 0));
}

static long virq_of_first_move(void)
{
    long port = bind_virq(FIRST_VCPUS, 0);

    return close_after(port, move(port, 0));
}

static long ipi(void)
{
    long port = bind_ipi(0);

    return close_after(port, status(port));
}

static long ipi_missing_vcpu(void)
{
    return bind_ipi(MISSING_VCPU);
}

static long ipi_move(void)
{
    long port = bind_ipi(0);

    return close_after(port, move(port, 0));
}

static long ipi_send(void)
{
    long port = bind_ipi(0);
    long before = pending(port), error = send(port);

    return close_after(port, error != 0 ? error : before * 10 + pending(port));
}

/* A port that is made anew has no event of the one before, which had the same number. */
static long ipi_close_forgets(void)
{
    long port = bind_ipi(0), other;

    send(port);
    close((evtchn_t)port);
    other = bind_ipi(0);
    return close_after(other, (other == port) * 10 + pending(other));
}

static long close_twice(void)
{
    long port = bind_ipi(0);

    close((evtchn_t)port);
    return close((evtchn_t)port);
}

static long close_port_0(void)
{
    return close(0);
}

static long move_unbound(void)
{
    long port = unbound(DOMID_SELF);

    return close_after(port, move(port, 0));
}

static long move_never_used(void)
{
    return move(NEVER_USED, 0);
}

static long move_missing_vcpu(void)
{
    long port = unbound(DOMID_SELF);

    return close_after(port, move(port, MISSING_VCPU));
}

static long unmask_port(void)
{
    long port = bind_ipi(0);

    return close_after(port, unmask((evtchn_t)port));
}

static long unmask_never_used(void)
{
    return unmask(NEVER_USED);
}

static long unmask_beyond(void)
{
    return unmask(BEYOND);
}

static long status_closed(void)
{
    long port = bind_ipi(0);

    close((evtchn_t)port);
    return status(port);
}

static long status_never_used(void)
{
    return status(NEVER_USED);
}

static long status_unbound(void)
{
    long port = unbound(DOMID_SELF);

    return close_after(port, status(port));
}

/* Both ends are ours. Xen says at once that an event came: one may have, before there was this end. */
static long loop(void)
{
    evtchn_t port = unbound(DOMID_SELF);
    long other = connect(DOMID_SELF, port);
    long answer = pending(other) * 10 + pending(port);

    close((evtchn_t)other);
    return close_after(port, answer);
}

static long loop_send(void)
{
    evtchn_t port = unbound(DOMID_SELF);
    long other = connect(DOMID_SELF, port);
    long error = send(other);
    long answer = error == 0 ? pending(port) : error;

    close((evtchn_t)other);
    return close_after(port, answer);
}

static long loop_twice(void)
{
    evtchn_t port = unbound(DOMID_SELF);
    long other = connect(DOMID_SELF, port);
    long answer = connect(DOMID_SELF, port);

    close((evtchn_t)other);
    return close_after(port, answer);
}

/* The end that is left waits for another. */
static long loop_one_closed(void)
{
    evtchn_t port = unbound(DOMID_SELF);

    close((evtchn_t)connect(DOMID_SELF, port));
    return close_after(port, status(port));
}

static long connect_never_used(void)
{
    return connect(DOMID_SELF, NEVER_USED);
}

static long connect_others(void)
{
    evtchn_t port = unbound(OTHER_DOMAIN);

    return close_after(port, connect(DOMID_SELF, port));
}

static long connect_to_nobody(void)
{
    return connect(OTHER_DOMAIN, 1);
}

const struct rule event_rules[] = {
    {"virq", virq, 1},
    {"virq_twice", virq_twice, -XEN_EEXIST},
    {"virq_again", virq_again, 1},
    {"virq_unknown", virq_unknown, -XEN_EINVAL},
    {"virq_missing_vcpu", virq_missing_vcpu, -XEN_ENOENT},
    {"virq_of_first_elsewhere", virq_of_first_elsewhere, -XEN_EINVAL},
    {"virq_status", virq_status, EVTCHNSTAT_virq},
    {"virq_send", virq_send, -XEN_EINVAL},
    {"virq_move", virq_move, -XEN_EINVAL},
    {"virq_of_first_move", virq_of_first_move, 0},
    {"ipi", ipi, EVTCHNSTAT_ipi},
    {"ipi_missing_vcpu", ipi_missing_vcpu, -XEN_ENOENT},
    {"ipi_move", ipi_move, -XEN_EINVAL},
    {"ipi_send", ipi_send, 1},
    {"ipi_close_forgets", ipi_close_forgets, 10},
    {"close_twice", close_twice, -XEN_EINVAL},
    {"close_port_0", close_port_0, -XEN_EINVAL},
    {"move_unbound", move_unbound, 0},
    {"move_never_used", move_never_used, -XEN_EINVAL},
    {"move_missing_vcpu", move_missing_vcpu, -XEN_ENOENT},
    {"unmask_port", unmask_port, 0},
    {"unmask_never_used", unmask_never_used, -XEN_EINVAL},
    {"unmask_beyond", unmask_beyond, -XEN_EINVAL},
    {"status_closed", status_closed, EVTCHNSTAT_closed},
    {"status_never_used", status_never_used, -XEN_EINVAL},
    {"status_unbound", status_unbound, EVTCHNSTAT_unbound},
    {"loop", loop, 10},
    {"loop_send", loop_send, 1},
    {"loop_twice", loop_twice, -XEN_EINVAL},
    {"loop_one_closed", loop_one_closed, EVTCHNSTAT_unbound},
    {"connect_never_used", connect_never_used, -XEN_EINVAL},
    {"connect_others", connect_others, -XEN_EINVAL},
    {"connect_to_nobody", connect_to_nobody, -XEN_ESRCH},
    {0},
};
