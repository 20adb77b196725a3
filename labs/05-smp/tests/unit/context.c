/* Exercise 5.5: smp_fill_context, read as Xen reads it. */
#include "around.h"

#include <string.h>

#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/start_info.h>

#include "suites.h"

#define DOCUMENT "(struct vcpu_guest_context, public header xen/arch-x86/xen.h)"

static const void *const here = (const void *)smp_fill_context;

static struct thread idle;
static struct cpu *cpu;
static struct vcpu_guest_context context;

/* The data of vCPU 2, made by hand: 5.4 need not be there. */
static void fill(void)
{
    char *stack;

    around_start_of_day(VCPUS);
    stack = fakexen_page(FAKEXEN_PAGE_FREE + 8);
    cpu = fakexen_page(FAKEXEN_PAGE_FREE);
    memset(cpu, 0, sizeof *cpu);
    memset(stack, 0xa5, AROUND_STACK);
    idle = (struct thread){.stack_start = stack, .stack_end = stack + AROUND_STACK, .cpu = cpu};
    cpu->self = cpu;
    cpu->number = 2;
    cpu->idle = cpu->current = &idle;
    memset(&context, 0, sizeof context);
    smp_fill_context(&context, cpu);
}

static void test_entry(void)
{
    fill();
    CHECK(context.user_regs.rip == (uintptr_t)smp_begin, .rule = "a vCPU begins in smp_begin",
          .did = text("rip is 0x%lx", context.user_regs.rip),
          .expected = text("0x%lx, smp_begin", (uintptr_t)smp_begin), .where = here);
}

static void test_kernel(void)
{
    fill();
    CHECK((context.flags & VGCF_in_kernel) != 0,
          .rule = "a vCPU without VGCF_in_kernel begins as a user program, with the user's page "
                  "table, and there is none " DOCUMENT,
          .did = text("flags are 0x%lx", (unsigned long)context.flags),
          .expected = "VGCF_in_kernel", .where = here);
    CHECK((context.flags & VGCF_online) == 0,
          .rule = "VGCF_online lets the vCPU run at once: it is VCPUOP_up that does that",
          .did = "flags have VGCF_online", .expected = "not yet", .where = here);
    CHECK((context.user_regs.cs | 3) == FLAT_KERNEL_CS &&
              (context.user_regs.ss | 3) == FLAT_KERNEL_SS,
          .rule = "code and stack have the segments that Xen made for kernels",
          .did = text("cs is 0x%x, ss 0x%x", context.user_regs.cs, context.user_regs.ss),
          .expected = text("0x%x (FLAT_KERNEL_CS) and 0x%x (FLAT_KERNEL_SS)", FLAT_KERNEL_CS,
                           FLAT_KERNEL_SS),
          .where = here);
}

static void test_stack(void)
{
    uintptr_t rsp;

    fill();
    rsp = context.user_regs.rsp;
    CHECK(rsp >= (uintptr_t)idle.stack_start && rsp < (uintptr_t)idle.stack_end,
          .rule = "a vCPU begins on the stack of its idle thread: [stack_start, stack_end)",
          .did = text("rsp is 0x%lx, the stack is [%p, %p)", rsp, (const void *)idle.stack_start,
                      (const void *)idle.stack_end),
          .expected = "inside, near the upper end",
          .usually = "at stack_end itself there is no stack any more", .where = here);
    CHECK(rsp % 16 == 8,
          .rule = "where a function begins, its return address is on the stack, and above it "
                  "addresses are multiples of 16",
          .did = text("rsp is 0x%lx", rsp), .expected = "a multiple of 16, plus 8",
          .usually = "nobody called smp_begin, so nobody has put a return address there",
          .where = here);
    CHECK(rsp + 1024 >= (uintptr_t)idle.stack_end, .rule = "a stack grows down from its upper end",
          .did = text("rsp is %lu bytes below it", (uintptr_t)idle.stack_end - rsp),
          .expected = "all of the stack", .where = here);
    CHECK(*(const uint64_t *)rsp == 0,
          .rule = "the return address of a first function is 0: there a report's call chain ends",
          .did = text("it is 0x%lx", *(const uint64_t *)rsp), .expected = "0", .where = here);
}

static void test_tables(void)
{
    mfn_t right, given;

    fill();
    right = fakexen_frame_of(virtual_to_pfn(guest.page_table));
    given = context.ctrlreg[3] >> PAGE_SHIFT;
    CHECK(given == right,
          .rule = "ctrlreg[3] has the machine frame of the top-level page table in use " DOCUMENT,
          .did = text("it is frame 0x%lx%s", given,
                      given == virtual_to_pfn(guest.page_table) ? ", which is a pfn" : ""),
          .expected = text("frame 0x%lx, that of guest.page_table", right),
          .usually = "a pfn, or an address, in place of guest.p2m[pfn]", .where = here);
    CHECK(context.ctrlreg[3] == xen_pfn_to_cr3(right), .rule = "cr3 is made by xen_pfn_to_cr3",
          .did = text("it is 0x%lx", context.ctrlreg[3]),
          .expected = text("0x%lx", xen_pfn_to_cr3(right)), .where = here);
}

static void test_data(void)
{
    fill();
    CHECK(context.gs_base_kernel == (uintptr_t)cpu,
          .rule = "in kernel mode %gs begins at the vCPU's own data",
          .did = text("gs_base_kernel is 0x%lx", context.gs_base_kernel),
          .expected = text("%p", (void *)cpu), .usually = "gs_base_user is for user programs",
          .where = here);
}

static void test_accepted(void)
{
    long error;

    fill();
    error = hypercall_vcpu_op(VCPUOP_initialise, 2, &context);
    CHECK(error == 0, .rule = "Xen takes the context " DOCUMENT,
          .did = text("VCPUOP_initialise returned %ld", error), .expected = "0",
          .usually = "an address in it has bits 63 to 47 that are not the same, or cr3 is no page "
                     "table",
          .where = here);
}

CU_TestInfo context_tests[] = {
    {"entry", test_entry},   {"kernel", test_kernel}, {"stack", test_stack},
    {"tables", test_tables}, {"data", test_data},     {"accepted", test_accepted},
    CU_TEST_INFO_NULL,
};
