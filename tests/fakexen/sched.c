/* sched_op: giving the processor away, waiting for an event, ending the domain. */
#include "operations.h"

#include "event.h"
#include "explore.h"
#include "guest.h"
#include "lost.h"
#include "suspend.h"
#include "vcpu.h"
#include "virtual_time.h"

#include <xen/sched.h>

#include <xen/errno.h>

#define POLL_PORTS 128 /* the most that Xen takes */

/* Returns 1 when one of the ports has an event, 0 when none has, or an error. */
static long look_at_ports(uint64_t pointer, unsigned count)
{
    long found = 0;

    for (unsigned i = 0; i < count; i++) {
        evtchn_t port;

        if (guest_read(&port, pointer + i * sizeof port, sizeof port) != 0) {
            return -XEN_EFAULT;
        }
        if (event_port(port) == NULL) {
            return -XEN_EINVAL;
        }
        found |= event_is_pending(port);
        vcpu_now()->poll_port = port;
    }
    return found;
}

static bool upcall_due(void)
{
    const struct vcpu_info *info = vcpu_now()->info;

    return info->evtchn_upcall_pending != 0 && info->evtchn_upcall_mask == 0;
}

/* The explorer lets others run meanwhile. Without it there is nobody else, and time is what may end the wait. */
static void wait_as(enum fakexen_wait wait)
{
    unsigned vcpu = fakexen.vcpu;

    vcpu_now()->wait = wait;
    while (!explore_running() && fakexen.vcpus[vcpu].wait != WAIT_NONE) {
        if (!time_next()) {
            lost_fail();
        }
    }
}

static long poll_ports(uint64_t pointer)
{
    struct sched_poll poll;
    long found;

    if (guest_read(&poll, pointer, sizeof poll) != 0) {
        return -XEN_EFAULT;
    }
    if (poll.nr_ports > POLL_PORTS) {
        return -XEN_EINVAL;
    }
    found = look_at_ports((uint64_t)poll.ports.p, poll.nr_ports);
    if (found != 0 || upcall_due()) {
        return found < 0 ? found : 0;
    }
    vcpu_now()->poll_count = poll.nr_ports;
    vcpu_now()->poll_deadline = poll.timeout;
    if (poll.timeout == 0 || poll.timeout > fakexen.now) {
        wait_as(WAIT_POLL);
    }
    return 0;
}

/* Upcalls are let through from here on: looking and sleeping are one, so that none is missed in between. */
static long block(void)
{
    vcpu_now()->info->evtchn_upcall_mask = 0;
    if (!upcall_due()) {
        wait_as(WAIT_BLOCK);
    }
    return 0;
}

static long shut_down(uint64_t pointer, mfn_t start_info)
{
    struct sched_shutdown shutdown;

    if (guest_read(&shutdown, pointer, sizeof shutdown) != 0) {
        return -XEN_EFAULT;
    }
    fakexen.shutdown_reason = shutdown.reason;
    if (shutdown.reason == SHUTDOWN_suspend) {
        return suspend_domain(start_info);
    }
    fakexen.shut_down = true;
    return 0;
}

long fakexen_sched_op(const uint64_t arguments[5])
{
    switch ((int)arguments[0]) {
    case SCHEDOP_yield:
        vcpu_now()->yielded = true;
        return 0;
    case SCHEDOP_block:
        return block();
    case SCHEDOP_poll:
        return poll_ports(arguments[1]);
    case SCHEDOP_shutdown:
        return shut_down(arguments[1], arguments[2]);
    default:
        return -XEN_ENOSYS;
    }
}
