/* The vCPUs of the domain: see vcpu.h and fakexen.h. */
#include "vcpu.h"

#include <stardust/cpu.h>

#include "percpu.h"

/* As the domain builder leaves it: one vCPU runs, and nobody wants upcalls yet. */
static void start_of_day(struct fakexen_vcpu *v, unsigned number)
{
    v->info = &fakexen.shared_info->vcpu_info[number];
    v->info->evtchn_upcall_mask = 1;
    v->initialised = v->up = number == 0;
}

/* As the kernel makes each of them ready. */
static void ready(struct fakexen_vcpu *v)
{
    v->info = &v->cpu->info;
    v->registered = v->initialised = v->up = true;
}

void vcpu_start_all(void)
{
    for (unsigned i = 0; i < FAKEXEN_VCPUS; i++) {
        struct fakexen_vcpu *v = &fakexen.vcpus[i];

        v->cpu = percpu_make(i);
        v->timer = NSEC_FOREVER;
        if (fakexen.options.start_of_day) {
            start_of_day(v, i);
        } else {
            ready(v);
        }
    }
    fakexen_run_on(0);
    fakexen_time_is(fakexen.now);
}

void fakexen_run_on(unsigned vcpu)
{
    fakexen.vcpu = vcpu;
    percpu_use(fakexen.vcpus[vcpu].cpu);
}

struct cpu *fakexen_cpu(unsigned vcpu)
{
    return fakexen.vcpus[vcpu].cpu;
}

struct vcpu_info *fakexen_vcpu_info(unsigned vcpu)
{
    return fakexen.vcpus[vcpu].info;
}

void vcpu_unblock(unsigned vcpu)
{
    fakexen.vcpus[vcpu].wait = WAIT_NONE;
}

bool vcpu_runs(unsigned vcpu)
{
    return fakexen.vcpus[vcpu].up && fakexen.vcpus[vcpu].wait == WAIT_NONE;
}

void vcpu_mark_pending(unsigned vcpu)
{
    if (__atomic_exchange_n(&fakexen_vcpu_info(vcpu)->evtchn_upcall_pending, 1, __ATOMIC_SEQ_CST) ==
        0) {
        fakexen.vcpus[vcpu].kicked = true;
        vcpu_unblock(vcpu);
    }
}
