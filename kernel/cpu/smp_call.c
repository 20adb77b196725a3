/* Calling a function on other vCPUs: see stardust/smp.h. */
#include <stardust/smp.h>

#include <stardust/event.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>

/* One call at a time. */
static struct mutex one_caller;

static struct {
    void (*function)(void *argument);
    void *argument;
    struct thread *caller;
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
        struct thread *caller = call.caller;

        call.function(call.argument);
        /* The last one wakes the caller; from then on `call` is another call's. */
        if (__atomic_and_fetch(&call.left, ~us, __ATOMIC_ACQ_REL) == 0) {
            thread_wake(caller);
        }
    }
}

void smp_calls_init_this(void)
{
    unsigned cpu = cpu_this()->number;
    int port = event_bind_ipi(cpu, on_call, NULL);

    assert_that(port >= 0, "smp: no port to call vCPU %u: error %d", cpu, port);
    ports[cpu] = (evtchn_t)port;
}

void smp_calls_hold(void)
{
    mutex_lock(&one_caller);
}

void smp_calls_release(void)
{
    mutex_unlock(&one_caller);
}

void smp_call(cpu_mask_t mask, void (*function)(void *argument), void *argument)
{
    mutex_lock(&one_caller);
    call.function = function;
    call.argument = argument;
    call.caller = thread_current();
    mask &= cpus_online;
    __atomic_store_n(&call.left, mask, __ATOMIC_SEQ_CST);
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        if (mask >> cpu & 1) {
            event_notify(ports[cpu]);
        }
    }
    if (mask != 0) {
        thread_block();
    }
    mutex_unlock(&one_caller);
}
