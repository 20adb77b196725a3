/* What %gs points to on the one vCPU that runs: see percpu.h. */
#include "percpu.h"

#include <unistd.h>

#include <asm/prctl.h>
#include <sys/syscall.h>

#include <stardust/cpu.h>

#include "fakexen.h"

static struct cpu first;

struct cpu *cpus[CPUS_MAX] = {&first};

void percpu_start(void)
{
    first = (struct cpu){.self = &first, .preemption = PREEMPTION_CALM};
    syscall(SYS_arch_prctl, ARCH_SET_GS, &first);
}

struct vcpu_info *fakexen_vcpu_info(unsigned vcpu)
{
    return vcpu == 0 ? &first.info : &fakexen.shared_info->vcpu_info[vcpu];
}
