/* Per-CPU data and counting vCPUs: see stardust/cpu.h. */
#include <stardust/cpu.h>

#include <stardust/hypercall.h>
#include <stardust/shared_info.h>

static struct cpu first = {.self = &first, .number = 0, .vcpu = &shared_info.vcpu_info[0]};

void cpu_init_first(void)
{
    hypercall_set_segment_base(SEGBASE_GS_KERNEL, (unsigned long)&first);
}

unsigned cpu_count(void)
{
    unsigned count = 0;

    while (hypercall_vcpu_op(VCPUOP_is_up, count, NULL) >= 0) {
        count++;
    }
    return count;
}
