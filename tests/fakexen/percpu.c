/* What %gs points to: see percpu.h. */
#include "percpu.h"

#include <unistd.h>

#include <asm/prctl.h>
#include <sys/syscall.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>

#include "fakexen.h"

static struct cpu data[FAKEXEN_VCPUS];

/* The kernel's own, where the files that have them are not under test. */
__attribute__((weak)) struct cpu *cpus[CPUS_MAX];
__attribute__((weak)) cpu_mask_t cpus_online;
__attribute__((weak)) cpu_mask_t cpus_started;
__attribute__((weak)) nsec_t clock_offset;

struct cpu *percpu_make(unsigned number)
{
    data[number] =
        (struct cpu){.self = &data[number], .number = number, .preemption = PREEMPTION_CALM};
    cpus[number] = number < fakexen.options.vcpus ? &data[number] : NULL;
    cpus_online = cpus_started = ((cpu_mask_t)1 << fakexen.options.vcpus) - 1;
    return &data[number];
}

void percpu_use(struct cpu *cpu)
{
    syscall(SYS_arch_prctl, ARCH_SET_GS, cpu);
}
