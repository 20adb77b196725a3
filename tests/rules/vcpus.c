/* The rules about vCPUs and their timers. See rules.h. */
#include "pages.h"

#include <xen/errno.h>

#define MISSING_VCPU 60

static long vcpu(unsigned command, unsigned number, void *argument)
{
    return hypercall_vcpu_op(command, number, argument);
}

static long initialise_again(void)
{
    static struct vcpu_guest_context context;

    return vcpu(VCPUOP_initialise, 0, &context);
}

static long initialise_from_nowhere(void)
{
    return vcpu(VCPUOP_initialise, 0, NOT_MAPPED);
}

static long initialise_missing(void)
{
    static struct vcpu_guest_context context;

    return vcpu(VCPUOP_initialise, MISSING_VCPU, &context);
}

static long up_again(void)
{
    return vcpu(VCPUOP_up, 0, NULL);
}

static long up_missing(void)
{
    return vcpu(VCPUOP_up, MISSING_VCPU, NULL);
}

static long register_info(mfn_t frame, unsigned offset)
{
    struct vcpu_register_vcpu_info place = {.mfn = frame, .offset = offset};

    return vcpu(VCPUOP_register_vcpu_info, 0, &place);
}

/* The kernel has done it at boot. */
static long register_twice(void)
{
    return register_info(frame(ONE), 0);
}

static long register_across_pages(void)
{
    return register_info(frame(ONE), PAGE_SIZE - sizeof(struct vcpu_info) + 8);
}

static long register_from_nowhere(void)
{
    return vcpu(VCPUOP_register_vcpu_info, 0, NOT_MAPPED);
}

static long register_missing(void)
{
    struct vcpu_register_vcpu_info place = {.mfn = frame(ONE)};

    return vcpu(VCPUOP_register_vcpu_info, MISSING_VCPU, &place);
}

static long timer(nsec_t deadline, uint32_t flags)
{
    struct vcpu_set_singleshot_timer set = {.timeout_abs_ns = deadline, .flags = flags};

    return vcpu(VCPUOP_set_singleshot_timer, 0, &set);
}

/* The flag asks to refuse it, and this Xen does not care. */
static long timer_past(void)
{
    return timer(1, VCPU_SSHOTTMR_future);
}

/* Rings at once; the kernel, if it has timers, sets its own again then. */
static long timer_past_allowed(void)
{
    return timer(1, 0);
}

static long timer_from_nowhere(void)
{
    return vcpu(VCPUOP_set_singleshot_timer, 0, NOT_MAPPED);
}

static long periodic_stop(void)
{
    return vcpu(VCPUOP_stop_periodic_timer, 0, NULL);
}

static long nmi_with_argument(void)
{
    int argument = 0;

    return vcpu(VCPUOP_send_nmi, 0, &argument);
}

static long runstate_from_nowhere(void)
{
    return vcpu(VCPUOP_register_runstate_memory_area, 0, NOT_MAPPED);
}

static long down_missing(void)
{
    return vcpu(VCPUOP_down, MISSING_VCPU, NULL);
}

const struct rule vcpu_rules[] = {
    {"initialise_again", initialise_again, -XEN_EEXIST},
    {"initialise_from_nowhere", initialise_from_nowhere, -XEN_EFAULT},
    {"initialise_missing", initialise_missing, -XEN_ENOENT},
    {"up_again", up_again, 0},
    {"up_missing", up_missing, -XEN_ENOENT},
    {"down_missing", down_missing, -XEN_ENOENT},
    {"register_twice", register_twice, -XEN_EINVAL},
    {"register_across_pages", register_across_pages, -XEN_ENXIO},
    {"register_from_nowhere", register_from_nowhere, -XEN_EFAULT},
    {"register_missing", register_missing, -XEN_ENOENT},
    {"timer_past", timer_past, 0},
    {"timer_past_allowed", timer_past_allowed, 0},
    {"timer_from_nowhere", timer_from_nowhere, -XEN_EFAULT},
    {"periodic_stop", periodic_stop, 0},
    {"nmi_with_argument", nmi_with_argument, -XEN_EINVAL},
    {"runstate_from_nowhere", runstate_from_nowhere, -XEN_EFAULT},
    {0},
};
