/* The rules about bringing up a vCPU that was never up, tried with the second one; what it is given is refused. See rules.h. */
#include "pages.h"

#include <xen/errno.h>

#define SECOND        1
#define NOT_CANONICAL 0x8000000000000000

static struct vcpu_guest_context context;

/* Returns what Xen says of the context, which is good but for what `spoil` does to it. */
static long initialise(void (*spoil)(void))
{
    context = (struct vcpu_guest_context){
        .flags = VGCF_in_kernel,
        .user_regs = {.rip = KERNEL_BASE,
                      .rsp = KERNEL_BASE,
                      .cs = FLAT_KERNEL_CS,
                      .ss = FLAT_KERNEL_SS,
                      .rflags = 1 << 9},
        .kernel_ss = FLAT_KERNEL_SS,
        .kernel_sp = KERNEL_BASE,
        .ctrlreg[3] = table_above(ONE, 4) << PAGE_SHIFT,
    };
    spoil();
    return hypercall_vcpu_op(VCPUOP_initialise, SECOND, &context);
}

static long is_up(void)
{
    return hypercall_vcpu_op(VCPUOP_is_up, SECOND, NULL);
}

static long up_too_early(void)
{
    return hypercall_vcpu_op(VCPUOP_up, SECOND, NULL);
}

static void use_page(void)
{
    context.ctrlreg[3] = frame(ONE) << PAGE_SHIFT;
}

static long tables_in_page(void)
{
    return initialise(use_page);
}

static void use_lower_table(void)
{
    context.ctrlreg[3] = table_above(ONE, 2) << PAGE_SHIFT;
}

static long tables_of_lower_level(void)
{
    return initialise(use_lower_table);
}

static void use_foreign(void)
{
    context.ctrlreg[3] = foreign() << PAGE_SHIFT;
}

static long tables_of_others(void)
{
    return initialise(use_foreign);
}

static void spoil_rip(void)
{
    context.user_regs.rip = NOT_CANONICAL;
}

static long begin_not_canonical(void)
{
    return initialise(spoil_rip);
}

static void spoil_gs(void)
{
    context.gs_base_kernel = NOT_CANONICAL;
}

static long data_not_canonical(void)
{
    return initialise(spoil_gs);
}

static void spoil_flags(void)
{
    context.flags = 0;
}

static long user_without_tables(void)
{
    return initialise(spoil_flags);
}

static void spoil_descriptors(void)
{
    context.gdt_ents = 10;
    context.gdt_frames[0] = frame(ONE);
}

static long descriptors_writable(void)
{
    return initialise(spoil_descriptors);
}

static long timer_of_other(void)
{
    struct vcpu_set_singleshot_timer set = {.timeout_abs_ns = 1};

    return hypercall_vcpu_op(VCPUOP_set_singleshot_timer, SECOND, &set);
}

static long timer_stop_of_other(void)
{
    return hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, SECOND, NULL);
}

static long register_table(void)
{
    struct vcpu_register_vcpu_info place = {.mfn = table_above(ONE, 1)};

    return hypercall_vcpu_op(VCPUOP_register_vcpu_info, SECOND, &place);
}

static long register_foreign(void)
{
    struct vcpu_register_vcpu_info place = {.mfn = foreign()};

    return hypercall_vcpu_op(VCPUOP_register_vcpu_info, SECOND, &place);
}

/* It is already. */
static long down_again(void)
{
    return hypercall_vcpu_op(VCPUOP_down, SECOND, NULL);
}

/* A port can be bound to a vCPU that does not run. */
static long ipi_to_second(void)
{
    struct evtchn_bind_ipi bind = {.vcpu = SECOND};
    struct evtchn_close close;
    long error = hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind);

    close.port = bind.port;
    hypercall_event_channel_op(EVTCHNOP_close, &close);
    return error;
}

const struct rule second_rules[] = {
    {"is_up", is_up, 0},
    {"up_too_early", up_too_early, -XEN_EINVAL},
    {"tables_in_page", tables_in_page, -XEN_EINVAL},
    {"tables_of_lower_level", tables_of_lower_level, -XEN_EINVAL},
    {"tables_of_others", tables_of_others, -XEN_EINVAL},
    {"begin_not_canonical", begin_not_canonical, -XEN_EINVAL},
    {"data_not_canonical", data_not_canonical, -XEN_EINVAL},
    {"user_without_tables", user_without_tables, -XEN_EINVAL},
    {"descriptors_writable", descriptors_writable, -XEN_EINVAL},
    {"timer_of_other", timer_of_other, -XEN_EINVAL},
    {"timer_stop_of_other", timer_stop_of_other, -XEN_EINVAL},
    {"register_table", register_table, -XEN_EINVAL},
    {"register_foreign", register_foreign, -XEN_EINVAL},
    {"down_again", down_again, 0},
    {"ipi_to_second", ipi_to_second, 0},
    {0},
};
