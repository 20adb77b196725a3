/* Virtual time: see virtual_time.h. */
#include "virtual_time.h"

#include "guest.h"
#include "operations.h"
#include "vcpu.h"

#include <xen/vcpu.h>

#include <xen/errno.h>

/* A multiplier of 0: the time is what Xen wrote last, whatever the time-stamp counter says. */
static void publish(void)
{
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        struct vcpu_time_info *time = &fakexen_vcpu_info(i)->time;

        time->version += 2;
        time->system_time = fakexen.now;
        time->tsc_to_system_mul = 0;
        time->flags = XEN_PVCLOCK_TSC_STABLE_BIT;
    }
}

static void fire_timer(unsigned vcpu)
{
    struct fakexen_vcpu *v = &fakexen.vcpus[vcpu];

    if (v->timer <= fakexen.now) {
        v->timer = NSEC_FOREVER;
        fakexen_virq(VIRQ_TIMER, vcpu);
    }
}

static void end_poll(unsigned vcpu)
{
    const struct fakexen_vcpu *v = &fakexen.vcpus[vcpu];

    if (v->wait == WAIT_POLL && v->poll_deadline != 0 && v->poll_deadline <= fakexen.now) {
        vcpu_unblock(vcpu);
    }
}

void fakexen_time_is(nsec_t now)
{
    fakexen.now = now;
    publish();
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        fire_timer(i);
        end_poll(i);
    }
}

static nsec_t sooner(nsec_t a, nsec_t b)
{
    return a < b ? a : b;
}

nsec_t fakexen_next_deadline(void)
{
    nsec_t next = NSEC_FOREVER;

    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        const struct fakexen_vcpu *v = &fakexen.vcpus[i];

        next = sooner(next, v->timer);
        if (v->wait == WAIT_POLL && v->poll_deadline != 0) {
            next = sooner(next, v->poll_deadline);
        }
    }
    return next;
}

bool time_next(void)
{
    nsec_t next = fakexen_next_deadline();

    if (next >= NSEC_FOREVER) {
        return false;
    }
    fakexen_time_is(next > fakexen.now ? next : fakexen.now);
    return true;
}

static void set_timer(unsigned vcpu, nsec_t deadline)
{
    fakexen.vcpus[vcpu].timer = deadline;
    fire_timer(vcpu);
}

long time_set_singleshot(unsigned vcpu, uint64_t pointer)
{
    struct vcpu_set_singleshot_timer set;

    if (vcpu != fakexen.vcpu) {
        return -XEN_EINVAL;
    }
    if (guest_read(&set, pointer, sizeof set) != 0) {
        return -XEN_EFAULT;
    }
    /* This Xen ignores VCPU_SSHOTTMR_future: a time that is past rings at once. */
    set_timer(vcpu, set.timeout_abs_ns);
    return 0;
}

long time_stop_singleshot(unsigned vcpu)
{
    if (vcpu != fakexen.vcpu) {
        return -XEN_EINVAL;
    }
    fakexen.vcpus[vcpu].timer = NSEC_FOREVER;
    return 0;
}

long fakexen_set_timer_op(const uint64_t arguments[5])
{
    set_timer(fakexen.vcpu, arguments[0] != 0 ? arguments[0] : NSEC_FOREVER);
    return 0;
}
