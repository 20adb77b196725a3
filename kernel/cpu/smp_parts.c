/* Getting a vCPU ready to work beside others: see kernel/cpu/smp_parts.h. */
#include <kernel/cpu/smp_parts.h>

#include <kernel/sched/balance.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/event.h>
#include <stardust/fpu.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/semaphore.h>
#include <stardust/slice.h>
#include <stardust/smp.h>
#include <stardust/timer.h>
#include <stardust/trap.h>

enum { PATIENCE_SECONDS = 10 };

/* A unit for each vCPU that has come. */
static struct semaphore arrived = SEMAPHORE(0);

void smp_announce(void)
{
    cpu_mask_t us = (cpu_mask_t)1 << cpu_this()->number;

    __atomic_fetch_or(&cpus_started, us, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&cpus_online, us, __ATOMIC_SEQ_CST);
    semaphore_up(&arrived);
}

void smp_wait_until_online(unsigned count)
{
    nsec_t deadline = clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC;

    for (unsigned i = 1; i < count; i++) {
        assert_that(semaphore_down(&arrived, deadline) == 0,
                    "smp: within %u seconds only the vCPUs 0x%x of %u came up", PATIENCE_SECONDS,
                    cpus_online, count);
    }
}

/* Nobody handles its events: they end a poll, and stay masked. */
static void make_kick_port(struct cpu *cpu)
{
    struct evtchn_bind_ipi bind = {.vcpu = cpu->number};
    long error = hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind);

    assert_that(error == 0, "smp: no port to kick vCPU %u: error %ld", cpu->number, error);
    cpu->kick_port = bind.port;
}

void smp_init_first(unsigned count)
{
    if (count > 1) {
        balance_init();
    }
    make_kick_port(cpu_this());
    smp_calls_init_this();
    smp_stop_init();
}

void smp_resume_first(void)
{
    make_kick_port(cpu_this());
    preempt_init_this();
    smp_calls_init_this();
}

void smp_init_this(void)
{
    trap_init();
    events_init_this();
    fpu_init();
    make_kick_port(cpu_this());
    timers_init();
    preempt_init_this();
    smp_calls_init_this();
}
