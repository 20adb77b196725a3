/* sched_op: giving the processor away, waiting for an event, ending the domain. */
#include "operations.h"

#include "guest.h"

#include <xen/sched.h>

#include <xen/errno.h>

#define POLL_PORTS 128 /* the most that Xen takes */

static bool pending(evtchn_t port)
{
    const xen_ulong_t *word = &fakexen.shared_info->evtchn_pending[port / 64];

    return (__atomic_load_n(word, __ATOMIC_SEQ_CST) >> port % 64 & 1) != 0;
}

/* Returns 1 when one of the ports has an event, 0 when none has, or an error. */
static long look_at_ports(uint64_t pointer, unsigned count)
{
    long found = 0;

    for (unsigned i = 0; i < count; i++) {
        evtchn_t port;

        if (guest_read(&port, pointer + i * sizeof port, sizeof port) != 0) {
            return -XEN_EFAULT;
        }
        if (!fakexen_port_in_use(port)) {
            return -XEN_EINVAL;
        }
        found |= pending(port);
    }
    return found;
}

/* Nobody else runs while the guest waits: without an event, the timeout is what ends the wait. */
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
    if (found == 0 && poll.timeout > fakexen.now) {
        fakexen.now = poll.timeout;
    }
    return found < 0 ? found : 0;
}

static long shut_down(uint64_t pointer)
{
    struct sched_shutdown shutdown;

    if (guest_read(&shutdown, pointer, sizeof shutdown) != 0) {
        return -XEN_EFAULT;
    }
    fakexen.shut_down = true;
    fakexen.shutdown_reason = shutdown.reason;
    return 0;
}

long fakexen_sched_op(const uint64_t arguments[5])
{
    switch ((int)arguments[0]) {
    case SCHEDOP_yield:
        return 0;
    case SCHEDOP_poll:
        return poll_ports(arguments[1]);
    case SCHEDOP_shutdown:
        return shut_down(arguments[1]);
    default:
        return -XEN_ENOSYS;
    }
}
