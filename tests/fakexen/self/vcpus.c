/* The model's vCPUs, events, upcalls and time. What is refused is in tests/rules, where the real hypervisor answers too. */
#include "vcpus.h"

#include <string.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/layout.h>

#include <tests/fakexen/event.h>
#include <tests/fakexen/explore.h>
#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#include "concurrent.h"

#include <xen/errno.h>

#define PORT  70
#define WORD  (PORT / 64)
#define BIT   ((xen_ulong_t)1 << PORT % 64)
#define TABLE FAKEXEN_PAGE_TABLES

static unsigned upcalls;
static uint8_t mask_inside;

static void note_upcall(void)
{
    struct vcpu_info *info = fakexen_vcpu_info(fakexen.vcpu);

    upcalls++;
    mask_inside = info->evtchn_upcall_mask;
    info->evtchn_upcall_pending = 0;
    info->evtchn_pending_sel = 0;
    event_clear_pending(PORT);
}

static void start(unsigned vcpu)
{
    fakexen_start(&(struct fakexen_options){.vcpus = 3, .seed = test_seed()});
    fakexen.ports[PORT] = (struct fakexen_port){.state = PORT_BOUND, .vcpu = vcpu, .used = true};
    upcalls = 0;
}

static void start_of_day(void)
{
    fakexen_start(&(struct fakexen_options){
        .vcpus = 3, .pages = 1024, .seed = test_seed(), .start_of_day = true});
}

/* The port's bit, the selector's, the vCPU's byte; and only those of the vCPU that it is bound to. */
static void vcpus_event(void)
{
    start(2);
    fakexen_event(PORT);
    CU_ASSERT_EQUAL(fakexen.shared_info->evtchn_pending[WORD], BIT);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(2)->evtchn_pending_sel, 1 << WORD);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(2)->evtchn_upcall_pending, 1);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_pending, 0);
}

/* While the bit is set, another event changes nothing: who forgets the upcall before the bit never hears of it again. */
static void vcpus_event_merged(void)
{
    start(0);
    fakexen_event(PORT);
    fakexen_vcpu_info(0)->evtchn_upcall_pending = 0;
    fakexen_vcpu_info(0)->evtchn_pending_sel = 0;
    fakexen_event(PORT);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_pending, 0);
}

static void vcpus_event_masked(void)
{
    struct evtchn_unmask unmask = {.port = PORT};

    start(0);
    fakexen.shared_info->evtchn_mask[WORD] = BIT;
    fakexen_event(PORT);
    CU_ASSERT_EQUAL(fakexen.shared_info->evtchn_pending[WORD], BIT);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_pending, 0);
    CU_ASSERT_EQUAL(hypercall_event_channel_op(EVTCHNOP_unmask, &unmask), 0);
    CU_ASSERT_EQUAL(fakexen.shared_info->evtchn_mask[WORD], 0);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_pending, 1);
}

/* An upcall comes at the end of a hypercall, with the mask set, and not while it is. */
static void vcpus_upcall(void)
{
    start(0);
    fakexen_upcalls_to(note_upcall);
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 1;
    fakexen_event(PORT);
    fakexen_deliver();
    CU_ASSERT_EQUAL(upcalls, 0);
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 0;
    CU_ASSERT_EQUAL(upcalls, 0);
    CU_ASSERT_EQUAL(hypercall_xen_version(XENVER_version, NULL), FAKEXEN_VERSION);
    CU_ASSERT_EQUAL(upcalls, 1);
    CU_ASSERT_EQUAL(mask_inside, 1);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_mask, 0);
}

static void vcpus_upcall_of_other(void)
{
    start(1);
    fakexen_upcalls_to(note_upcall);
    fakexen_event(PORT);
    fakexen_deliver();
    CU_ASSERT_EQUAL(upcalls, 0);
    fakexen_run_on(1);
    CU_ASSERT_PTR_EQUAL(cpu_this(), fakexen_cpu(1));
    fakexen_deliver();
    CU_ASSERT_EQUAL(upcalls, 1);
}

static void vcpus_virq(void)
{
    struct evtchn_bind_virq bind = {.virq = VIRQ_TIMER, .vcpu = 1};

    start(0);
    CU_ASSERT_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_virq, &bind), 0);
    fakexen_virq(VIRQ_TIMER, 0);
    CU_ASSERT(!event_is_pending(bind.port));
    fakexen_virq(VIRQ_TIMER, 1);
    CU_ASSERT(event_is_pending(bind.port));
    CU_ASSERT_EQUAL(fakexen_vcpu_info(1)->evtchn_upcall_pending, 1);
}

static void set_timer(nsec_t deadline)
{
    struct vcpu_set_singleshot_timer set = {.timeout_abs_ns = deadline};

    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, cpu_this()->number, &set), 0);
}

/* Blocking takes no time but until the timer rings, and the kernel's clock says so. */
static void vcpus_timer(void)
{
    struct evtchn_bind_virq bind = {.virq = VIRQ_TIMER};

    start(0);
    hypercall_event_channel_op(EVTCHNOP_bind_virq, &bind);
    set_timer(7 * NSEC_PER_MSEC);
    CU_ASSERT_EQUAL(hypercall_sched_op(SCHEDOP_block, NULL), 0);
    CU_ASSERT_EQUAL(fakexen.now, 7 * NSEC_PER_MSEC);
    CU_ASSERT(event_is_pending(bind.port));
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->time.system_time, 7 * NSEC_PER_MSEC);
    CU_ASSERT_EQUAL(fakexen_next_deadline(), NSEC_FOREVER);
}

static void vcpus_start_of_day(void)
{
    start_of_day();
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 0, NULL), 1);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0);
    CU_ASSERT_EQUAL(fakexen.shared_info->vcpu_info[0].evtchn_upcall_mask, 1);
    CU_ASSERT_PTR_EQUAL(fakexen_vcpu_info(0), &fakexen.shared_info->vcpu_info[0]);
}

/* What was there moves along, and Xen says that anything may be pending. */
static void vcpus_register(void)
{
    struct vcpu_register_vcpu_info place = {.offset = 128};
    struct vcpu_info *info;

    start_of_day();
    place.mfn = fakexen_frame_of(FAKEXEN_PAGE_FREE);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_register_vcpu_info, 0, &place), 0);
    info = (struct vcpu_info *)((char *)fakexen_page(FAKEXEN_PAGE_FREE) + 128);
    CU_ASSERT_EQUAL(info->evtchn_upcall_mask, 1);
    CU_ASSERT_EQUAL(info->evtchn_upcall_pending, 1);
    CU_ASSERT_EQUAL(info->evtchn_pending_sel, ~(xen_ulong_t)0);
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 0;
    CU_ASSERT_EQUAL(info->evtchn_upcall_mask, 0);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_register_vcpu_info, 0, &place), -XEN_EINVAL);
}

static volatile uint32_t begun;
static char stack[16384] __attribute__((aligned(16)));

static struct vcpu_guest_context context_of(pfn_t table)
{
    return (struct vcpu_guest_context){
        .flags = VGCF_in_kernel,
        .user_regs = {.rip = (uintptr_t)as_built_begin,
                      .rsp = (uintptr_t)&stack[sizeof stack - 8],
                      .rdi = (uintptr_t)&begun},
        .gs_base_kernel = (uintptr_t)fakexen_cpu(1),
        .ctrlreg[3] = fakexen_frame_of(table) << PAGE_SHIFT,
    };
}

static long initialise(struct vcpu_guest_context context)
{
    return hypercall_vcpu_op(VCPUOP_initialise, 1, &context);
}

static void vcpus_initialise(void)
{
    struct vcpu_guest_context context;

    start_of_day();
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), -XEN_EINVAL);
    CU_ASSERT_EQUAL(initialise(context_of(FAKEXEN_PAGE_FREE)), -XEN_EINVAL);
    CU_ASSERT_EQUAL(initialise(context_of(TABLE + 1)), -XEN_EINVAL);
    context = context_of(TABLE);
    context.ctrlreg[3] = (uint64_t)TABLE << PAGE_SHIFT; /* a pfn */
    CU_ASSERT_EQUAL(initialise(context), -XEN_EINVAL);
    context = context_of(TABLE);
    context.flags = 0;
    CU_ASSERT_EQUAL(initialise(context), -XEN_EINVAL);
    context = context_of(TABLE);
    context.user_regs.rsp = (uint64_t)1 << 63;
    CU_ASSERT_EQUAL(initialise(context), -XEN_EINVAL);
    CU_ASSERT_EQUAL(initialise(context_of(TABLE)), 0);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0);
    CU_ASSERT_EQUAL(initialise(context_of(TABLE)), -XEN_EEXIST);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), 0);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 1);
}

/* It runs in the explorer, and there until the others are done. */
static void bring_up(void *argument)
{
    (void)argument;
    CU_ASSERT_EQUAL(initialise(context_of(TABLE)), 0);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), 0);
    while (begun == 0) {
        explore_here();
    }
}

static void vcpus_begin(void)
{
    const struct explore_options options = {.functions = {bring_up}};
    struct explore_result result;

    start_of_day();
    begun = 0;
    result = explore(&options);
    explore_check(&result);
    CU_ASSERT_EQUAL(begun, 2);
}

static void vcpus_nmi(void)
{
    start(0);
    fakexen.vcpus[0].callbacks[CALLBACKTYPE_nmi] = 0;
    fakexen_upcalls_to(note_upcall);
    fakexen.vcpus[0].callbacks[CALLBACKTYPE_nmi] = fakexen.vcpus[0].callbacks[CALLBACKTYPE_event];
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 1;
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_send_nmi, 0, NULL), 0);
    CU_ASSERT_EQUAL(upcalls, 1);
    CU_ASSERT_EQUAL(fakexen_vcpu_info(0)->evtchn_upcall_mask, 1);
}

CU_TestInfo vcpus_tests[] = {
    {"event", vcpus_event},
    {"event_merged", vcpus_event_merged},
    {"event_masked", vcpus_event_masked},
    {"upcall", vcpus_upcall},
    {"upcall_of_other", vcpus_upcall_of_other},
    {"virq", vcpus_virq},
    {"timer", vcpus_timer},
    {"start_of_day", vcpus_start_of_day},
    {"register", vcpus_register},
    {"initialise", vcpus_initialise},
    {"begin", vcpus_begin},
    {"nmi", vcpus_nmi},
    CU_TEST_INFO_NULL,
};
