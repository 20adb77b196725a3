/* The vCPU that the files under test believe to run on: %gs leads to its data before anything else runs. */
#include <unistd.h>

#include <asm/prctl.h>
#include <sys/syscall.h>

#include <stardust/cpu.h>
#include <stardust/critical.h>

cpu_mask_t cpus_online = 1;
cpu_mask_t cpus_started = 1;

static struct cpu vcpu = {
    .self = &vcpu, .preemption = PREEMPTION_CALM, .info.evtchn_upcall_mask = 1};

__attribute__((constructor)) static void begin(void)
{
    syscall(SYS_arch_prctl, ARCH_SET_GS, &vcpu);
}

/* Nothing is ever pending. */
__attribute__((target("general-regs-only"))) void critical_deliver(void)
{
}
