/* Getting a vCPU ready to work beside others: see kernel/cpu/smp_parts.h. */
#include <kernel/cpu/smp_parts.h>

#include <kernel/sched/balance.h>

#include <stardust/cpu.h>
#include <stardust/event.h>
#include <stardust/fpu.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/slice.h>
#include <stardust/smp.h>
#include <stardust/timer.h>
#include <stardust/trap.h>

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
