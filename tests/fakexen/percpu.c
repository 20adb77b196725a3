/* What %gs points to: see percpu.h. */
#include "percpu.h"

#include <unistd.h>

#include <asm/prctl.h>
#include <sys/syscall.h>

#include <stardust/cpu.h>

#include "fakexen.h"

static struct cpu data[FAKEXEN_VCPUS];

/* The kernel's own, where kernel/cpu/cpu.c is not under test. */
__attribute__((weak)) struct cpu *cpus[CPUS_MAX];

struct cpu *percpu_make(unsigned number)
{
    data[number] =
        (struct cpu){.self = &data[number], .number = number, .preemption = PREEMPTION_CALM};
    cpus[number] = number < fakexen.options.vcpus ? &data[number] : NULL;
    return &data[number];
}

void percpu_use(struct cpu *cpu)
{
    syscall(SYS_arch_prctl, ARCH_SET_GS, cpu);
}
