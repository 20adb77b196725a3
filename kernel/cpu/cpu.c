/* Per-CPU data and counting vCPUs: see stardust/cpu.h. */
#include <stardust/cpu.h>

#include <stardust/cpu_layout.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

_Static_assert(offsetof(struct cpu, info.evtchn_upcall_pending) == CPU_UPCALL_PENDING,
               "cpu_layout.h");
_Static_assert(offsetof(struct cpu, info.evtchn_upcall_mask) == CPU_UPCALL_MASK, "cpu_layout.h");

static struct cpu first;

struct cpu *cpus[CPUS_MAX] = {&first};
cpu_mask_t cpus_online = 1;
cpu_mask_t cpus_started = 1;

void cpu_init_first(void)
{
    first.self = &first;
    first.preemption = PREEMPTION_CALM;
    first.info.evtchn_upcall_mask = 1; /* until Xen says otherwise: see cpu_register_info */
    hypercall_set_segment_base(SEGBASE_GS_KERNEL, (unsigned long)&first);
}

/* Xen copies what it had in the shared page until now. */
void cpu_register_info(struct cpu *cpu)
{
    struct vcpu_register_vcpu_info place = {
        .mfn = guest.p2m[virtual_to_pfn(&cpu->info)],
        .offset = (uintptr_t)&cpu->info % PAGE_SIZE,
    };
    long error = hypercall_vcpu_op(VCPUOP_register_vcpu_info, cpu->number, &place);

    assert_that(error == 0, "cpu: registering the data of vCPU %u: error %ld", cpu->number, error);
}

unsigned cpu_count(void)
{
    unsigned count = 0;

    while (hypercall_vcpu_op(VCPUOP_is_up, count, NULL) >= 0) {
        count++;
    }
    return count;
}
