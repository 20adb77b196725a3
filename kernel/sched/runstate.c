/* The time that others had instead of a vCPU: see stardust/runstate.h. */
#include <stardust/runstate.h>

#include <stardust/barrier.h>
#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>

void runstate_init(struct cpu *cpu)
{
    struct vcpu_register_runstate_memory_area area = {.addr.v = &cpu->runstate.info};
    long error = hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, cpu->number, &area);

    assert_that(error == 0, "runstate: vCPU %u: error %ld", cpu->number, error);
}

/* Xen writes when it lets us run again: nothing has changed while the time of that has not. */
static void read(struct runstate *r)
{
    const volatile struct vcpu_runstate_info *info = &r->info;

    do {
        r->seen = info->state_entry_time;
        barrier_read();
        r->stolen = info->time[RUNSTATE_runnable] + info->time[RUNSTATE_offline];
        barrier_read();
    } while (r->seen != info->state_entry_time);
}

nsec_t runstate_stolen(struct cpu *cpu)
{
    if (runstate_changed(&cpu->runstate)) {
        read(&cpu->runstate);
    }
    return cpu->runstate.stolen;
}
