/* Bringing vCPUs up: see stardust/smp.h. One after the other, so that one context is enough for all. */
#include <stardust/smp.h>

#include <kernel/cpu/smp_parts.h>
#include <kernel/sched/life.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/start_info.h>

static struct vcpu_guest_context first_state;

struct cpu *smp_make_cpu(unsigned number)
{
    struct cpu *cpu = heap_alloc_aligned(sizeof(struct cpu), _Alignof(struct cpu));

    if (cpu == NULL) {
        panic("vCPU %u: no memory", number);
    }
    memset(cpu, 0, sizeof *cpu);
    cpu->self = cpu;
    cpu->number = number;
    cpu->preemption = PREEMPTION_CALM;
    cpu->info.evtchn_upcall_mask = 1;
    cpu->idle = thread_make_idle(number);
    schedule_init(cpu, cpu->idle, cpu->idle);
    return cpu;
}

static mfn_t top_table(void)
{
    return guest.p2m[virtual_to_pfn(guest.page_table)];
}

void smp_fill_context(struct vcpu_guest_context *context, const struct cpu *cpu)
{
    uintptr_t top = (uintptr_t)cpu->idle->stack_end & ~(uintptr_t)15;

    memset((void *)(top - 16), 0, 16);
    *context = (struct vcpu_guest_context){
        .flags = VGCF_in_kernel,
        .user_regs = {.rip = (uintptr_t)smp_begin,
                      .rsp = top - 8,
                      .cs = FLAT_KERNEL_CS,
                      .ss = FLAT_KERNEL_SS},
        .kernel_ss = FLAT_KERNEL_SS,
        .kernel_sp = top - 8,
        .gs_base_kernel = (uintptr_t)cpu,
        .ctrlreg = {[3] = top_table() << PAGE_SHIFT},
    };
}

static void ask(int operation, unsigned number, void *argument)
{
    long error = hypercall_vcpu_op(operation, number, argument);

    if (error != 0) {
        panic("vCPU %u: operation %d was refused: %ld", number, operation, error);
    }
}

void smp_start_cpu(unsigned number)
{
    struct cpu *cpu = smp_make_cpu(number);

    cpu_register_info(cpu);
    smp_fill_context(&first_state, cpu);
    ask(VCPUOP_initialise, number, &first_state);
    __atomic_store_n(&cpus[number], cpu, __ATOMIC_RELEASE);
    ask(VCPUOP_up, number, NULL);
}

void smp_begin(void)
{
    smp_init_this();
    smp_announce();
    schedule_idle();
}

void smp_init(void)
{
    unsigned count = cpu_count() < CPUS_MAX ? cpu_count() : CPUS_MAX;

    smp_init_first(count);
    for (unsigned number = 1; number < count; number++) {
        smp_start_cpu(number);
    }
    smp_wait_until_online(count);
}
