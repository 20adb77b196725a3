/* Calling a function on other vCPUs: see stardust/smp.h. */
#include <stardust/smp.h>

#include <stardust/event.h>
#include <stardust/hypercall.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>

/* One call at a time. */
static struct mutex one_caller;

static struct {
    void (*function)(void *argument);
    void *argument;
    cpu_mask_t
        left; /* those who have not returned yet; written with the fields above complete; atomic */
} call;

static evtchn_t ports[CPUS_MAX]; /* an event to it makes that vCPU look at `call` */

static void on_call(evtchn_t port, void *context)
{
    cpu_mask_t us = (cpu_mask_t)1 << cpu_this()->number;

    (void)port;
    (void)context;
    if (__atomic_load_n(&call.left, __ATOMIC_ACQUIRE) & us) {
        call.function(call.argument);
        __atomic_fetch_and(&call.left, ~us, __ATOMIC_RELEASE);
    }
}

void smp_calls_init_this(void)
{
    unsigned cpu = cpu_this()->number;
    int port = event_bind_ipi(cpu, on_call, NULL);

    assert_that(port >= 0, "smp: no port to call vCPU %u: error %d", cpu, port);
    ports[cpu] = (evtchn_t)port;
}

/* Whoever is to answer may not be running: the processor is theirs meanwhile. */
static void wait_for_all(void)
{
    while (__atomic_load_n(&call.left, __ATOMIC_ACQUIRE) != 0) {
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

void smp_call(cpu_mask_t mask, void (*function)(void *argument), void *argument)
{
    mutex_lock(&one_caller);
    call.function = function;
    call.argument = argument;
    mask &= cpus_online;
    __atomic_store_n(&call.left, mask, __ATOMIC_SEQ_CST);
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        if (mask >> cpu & 1) {
            event_notify(ports[cpu]);
        }
    }
    wait_for_all();
    mutex_unlock(&one_caller);
}
