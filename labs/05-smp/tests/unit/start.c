/* Exercise 5.6: smp_start_cpu, by the calls that reach Xen. */
#include "around.h"

#include <string.h>

#include <stardust/memory.h>

#include <tests/fakexen/guest.h>
#include <tests/fakexen/operations.h>
#include <tests/fakexen/panic.h>

#include "suites.h"

#include <xen/errno.h>
#include <xen/vcpu.h>

enum { REGISTERED = 1, INITIALISED, UP };

static const void *const here = (const void *)smp_start_cpu;

static unsigned done[CPUS_MAX]; /* [vCPU]: the last of the three that Xen was told */
static unsigned refused;        /* the operation that Xen refuses; 0: none */
static struct vcpu_register_vcpu_info place[CPUS_MAX];
static bool seen[CPUS_MAX], online[CPUS_MAX];

static const char *step_name(unsigned step)
{
    static const char *const names[] = {"nothing", "VCPUOP_register_vcpu_info", "VCPUOP_initialise",
                                        "VCPUOP_up"};

    return names[step];
}

static void note_step(unsigned step, unsigned vcpu)
{
    CHECK(vcpu < VCPUS && done[vcpu] == step - 1,
          .rule =
              "a vCPU is registered, initialised, and let up, once each and in this order: what "
              "it begins with must be there before",
          .did = text("%s for vCPU %u after %s", step_name(step), vcpu,
                      step_name(vcpu < VCPUS ? done[vcpu] : 0)),
          .expected = text("%s before it", step_name(step - 1)),
          .usually = "cpu_register_info after the vCPU runs is refused by Xen, or its events go to "
                     "the page shared with Xen, where it does not look",
          .where = here);
    done[vcpu] = step;
}

static void note_call(const struct fakexen_call *call)
{
    unsigned vcpu = (unsigned)call->arguments[1];

    switch ((int)call->arguments[0]) {
    case VCPUOP_register_vcpu_info:
        note_step(REGISTERED, vcpu);
        guest_read(&place[vcpu], call->arguments[2], sizeof place[vcpu]);
        break;
    case VCPUOP_initialise:
        note_step(INITIALISED, vcpu);
        break;
    case VCPUOP_up:
        note_step(UP, vcpu);
        seen[vcpu] = cpus[vcpu] != NULL;
        online[vcpu] = (cpus_online >> vcpu & 1) != 0;
        break;
    default:
        break;
    }
}

static long answer(const struct fakexen_call *call)
{
    if (call->number == __HYPERVISOR_vcpu_op) {
        note_call(call);
        if (refused != 0 && done[call->arguments[1]] == refused) {
            return -XEN_EINVAL;
        }
    }
    return fakexen_operate(call->number, call->arguments);
}

static void begin(void)
{
    around_start_of_day(VCPUS);
    memset(done, 0, sizeof done);
    refused = 0;
    fakexen.answer = answer;
}

static void test_order(void)
{
    begin();
    smp_start_cpu(1);
    CHECK(done[1] == UP, .rule = "smp_start_cpu lets the vCPU up",
          .did = text("the last that Xen was told is %s", step_name(done[1])),
          .expected = "VCPUOP_up", .where = here);
    CHECK(done[2] == 0 && done[3] == 0, .rule = "one vCPU is started by each call",
          .did = "others were started too", .expected = "vCPU 1 alone", .where = here);
}

static void test_registered(void)
{
    const struct vcpu_info *info;

    begin();
    smp_start_cpu(2);
    info = &cpus[2]->info;
    CHECK(place[2].mfn == fakexen_frame_of(virtual_to_pfn(info)) &&
              place[2].offset == (uintptr_t)info % PAGE_SIZE,
          .rule = "Xen and the vCPU meet in the vCPU's own data: cpu_register_info(cpu)",
          .did = text("Xen was told frame 0x%lx, byte %u", (unsigned long)place[2].mfn,
                      place[2].offset),
          .expected = text("frame 0x%lx, byte %lu", fakexen_frame_of(virtual_to_pfn(info)),
                           (uintptr_t)info % PAGE_SIZE),
          .where = here);
}

static void test_seen(void)
{
    begin();
    smp_start_cpu(1);
    CHECK(seen[1] && cpus[1]->number == 1 && cpus[1]->idle != NULL,
          .rule =
              "cpus[] has a vCPU's data before it runs: from then on others may want to wake it",
          .did = "at VCPUOP_up cpus[1] was NULL", .expected = "its data, complete",
          .usually = "cpus[number] is set at the end", .where = here);
    CHECK(!online[1] && cpus_online == 1,
          .rule = "a vCPU is in cpus_online when it is ready for threads, and says so itself",
          .did = "it was put there before it ran", .expected = "that is for smp_begin",
          .where = here);
}

static void test_each(void)
{
    const struct vcpu_guest_context *one = &fakexen.vcpus[1].context;
    const struct vcpu_guest_context *two = &fakexen.vcpus[2].context;

    begin();
    smp_start_cpu(1);
    smp_start_cpu(2);
    CHECK(one->gs_base_kernel == (uintptr_t)cpus[1] && two->gs_base_kernel == (uintptr_t)cpus[2],
          .rule = "the context that Xen gets is that of the vCPU which is started",
          .did = "%gs of the vCPUs 1 and 2 does not begin at cpus[1] and cpus[2]",
          .expected = "each vCPU's own data", .where = here);
    CHECK(one->user_regs.rsp != two->user_regs.rsp, .rule = "each vCPU has a stack of its own",
          .did = "two begin on the same one", .expected = "each on its idle thread's",
          .where = here);
}

static void start_one(void *data)
{
    (void)data;
    smp_start_cpu(1);
}

static void check_refused(const void *data)
{
    const char *words;

    begin();
    refused = *(const unsigned *)data;
    words = panic_of(start_one, NULL);
    CHECK(words != NULL,
          .rule = "when Xen refuses to start a vCPU, the kernel says so and ends: nobody would "
                  "find out otherwise",
          .did = text("%s was refused, and smp_start_cpu returned", step_name(refused)),
          .expected = "a panic", .usually = "what hypercall_vcpu_op returns is not looked at",
          .where = here);
}

static void test_refused(void)
{
    for (unsigned step = REGISTERED; step <= UP; step++) {
        test_apart(check_refused, &step);
    }
}

static void check_no_memory(const void *data)
{
    begin();
    around.blocks_left = *(const unsigned *)data;
    CHECK(panic_of(start_one, NULL) != NULL || done[1] == UP,
          .rule = "heap_alloc returns NULL when there is no memory", .did = "returned",
          .expected = "a panic that says so", .where = here);
}

static void test_memory(void)
{
    begin();
    smp_start_cpu(1);
    smp_start_cpu(2);
    CHECK(around.blocks == 2,
          .rule = "Xen has copied the context when VCPUOP_initialise returns: its memory is freed",
          .did =
              text("two vCPUs were started, and %u blocks of the heap are in use", around.blocks),
          .expected = "one for each: its data", .usually = "heap_free(context) is missing",
          .where = here);
    for (unsigned blocks = 1; blocks <= 2; blocks++) {
        test_apart(check_no_memory, &blocks);
    }
}

CU_TestInfo start_tests[] = {
    {"order", test_order}, {"registered", test_registered}, {"seen", test_seen},
    {"each", test_each},   {"refused", test_refused},       {"memory", test_memory},
    CU_TEST_INFO_NULL,
};
