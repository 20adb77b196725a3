/* How long Xen lets a vCPU run before another one has its turn: only the first domain may say so. See credit.h. */
#define __XEN_TOOLS__ /* Xen's headers then have the calls that its own tools make */
#include "credit.h"

#include <stardust/hypercall.h>

#include <xen/sysctl.h>

long credit_set_slice(unsigned milliseconds)
{
    struct xen_sysctl call = {
        .cmd = XEN_SYSCTL_scheduler_op,
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
        .u.scheduler_op = {.sched_id = XEN_SCHEDULER_CREDIT,
                           .cmd = XEN_SYSCTL_SCHEDOP_putinfo,
                           .u.sched_credit = {.tslice_ms = milliseconds,
                                              .ratelimit_us = XEN_SYSCTL_SCHED_RATELIMIT_MIN}}};

    return hypercall(__HYPERVISOR_sysctl, (unsigned long)&call, 0, 0, 0, 0);
}
