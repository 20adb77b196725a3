/* Bringing vCPUs up: see stardust/smp.h. */
#include <stardust/smp.h>

#include <kernel/cpu/smp_parts.h>
#include <kernel/sched/life.h>

#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/lab.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/start_info.h>

#ifdef SOLUTION_SMP
/* Upcalls are masked until it is ready for them. */
struct cpu *smp_make_cpu(unsigned number)
{
    struct cpu *cpu = heap_alloc_aligned(sizeof *cpu, PAGE_SIZE);
    struct thread *idle = thread_make_idle(number);

    assert_that(cpu != NULL, "smp: no memory for the data of vCPU %u", number);
    *cpu = (struct cpu){
        .self = cpu, .number = number, .preemption = PREEMPTION_CALM, .info.evtchn_upcall_mask = 1};
    schedule_init(cpu, idle, idle);
    return cpu;
}
#else
struct cpu *smp_make_cpu(unsigned number)
{
    LAB_TODO(smp, "5.4",
             "make what a vCPU has for itself, with an idle thread; nobody sees it yet");
}
#endif

#ifdef SOLUTION_SMP
/* The stack is as at any function's beginning: a return address (of nobody) on top. */
void smp_fill_context(struct vcpu_guest_context *context, const struct cpu *cpu)
{
    uint64_t *nobody = (uint64_t *)cpu->idle->stack_end - 1;

    *nobody = 0;
    context->flags = VGCF_in_kernel;
    context->user_regs.rip = (uintptr_t)smp_begin;
    context->user_regs.rsp = (uintptr_t)nobody;
    context->user_regs.cs = FLAT_KERNEL_CS;
    context->user_regs.ss = FLAT_KERNEL_SS;
    context->user_regs.rflags = 1 << 9; /* interrupts on: Xen's, which are not ours to mask */
    context->kernel_ss = FLAT_KERNEL_SS;
    context->kernel_sp = (uintptr_t)nobody;
    context->gs_base_kernel = (uintptr_t)cpu;
    context->ctrlreg[3] = xen_pfn_to_cr3(guest.p2m[virtual_to_pfn(guest.page_table)]);
}
#else
void smp_fill_context(struct vcpu_guest_context *context, const struct cpu *cpu)
{
    LAB_TODO(smp, "5.5",
             "registers, stack, page table and %gs with which the vCPU begins in smp_begin");
}
#endif

#ifdef SOLUTION_SMP
void smp_start_cpu(unsigned number)
{
    struct vcpu_guest_context *context = heap_alloc_zeroed(sizeof *context);
    struct cpu *cpu = smp_make_cpu(number);
    long error;

    assert_that(context != NULL, "smp: no memory to start vCPU %u", number);
    smp_fill_context(context, cpu);
    cpu_register_info(cpu);
    cpus[number] = cpu;
    error = hypercall_vcpu_op(VCPUOP_initialise, number, context);
    assert_that(error == 0, "smp: initialising vCPU %u: error %ld", number, error);
    error = hypercall_vcpu_op(VCPUOP_up, number, NULL);
    assert_that(error == 0, "smp: starting vCPU %u: error %ld", number, error);
    heap_free(context);
}
#else
void smp_start_cpu(unsigned number)
{
    LAB_TODO(smp, "5.6",
             "make its data, register it with Xen, initialise the vCPU, and let it go up");
}
#endif

#ifdef SOLUTION_SMP
/* What a vCPU does first. Once it is announced, others give it threads. */
void smp_begin(void)
{
    smp_init_this();
    smp_announce();
    schedule_idle();
}
#else
void smp_begin(void)
{
    LAB_TODO(smp, "5.7", "make this vCPU ready, announce it, and be idle");
}
#endif

void smp_init(void)
{
    unsigned count = cpu_count();

    count = count < CPUS_MAX ? count : CPUS_MAX;
    smp_init_first(count);
    for (unsigned number = 1; number < count; number++) {
        smp_start_cpu(number);
    }
    smp_wait_until_online(count);
}
