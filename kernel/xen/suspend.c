/* Suspending, as a table of contents: what is taken down before, and set up again after. See stardust/suspend.h. */
#include <stardust/suspend.h>

#include <kernel/cpu/smp_parts.h>

#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/event.h>
#include <stardust/grant.h>
#include <stardust/hypercall.h>
#include <stardust/inspect.h>
#include <stardust/list.h>
#include <stardust/memory.h>
#include <stardust/mutex.h>
#include <stardust/p2m.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/shared_info.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>
#include <stardust/timer.h>
#include <stardust/vcpu_plug.h>
#include <stardust/xenbus.h>
#include <stardust/xenstore.h>

static struct mutex lock; /* protects the list; held while the domain is suspended */
static struct list listeners = {&listeners, &listeners};

/* Xen's page: what we say there before, and what the toolstack says after. */
static struct start_info *start_info;

static unsigned count; /* written by who suspends; read without the lock */

void suspend_init(const struct start_info *info)
{
    start_info = (struct start_info *)info;
}

unsigned suspend_count(void)
{
    return __atomic_load_n(&count, __ATOMIC_RELAXED);
}

void suspend_listen(struct suspend_listener *listener)
{
    mutex_lock(&lock);
    list_push_back(&listeners, &listener->listeners);
    mutex_unlock(&lock);
}

static void tell_before(void)
{
    for (struct list *link = listeners.next; link != &listeners; link = link->next) {
        struct suspend_listener *listener = LIST_ENTRY(link, struct suspend_listener, listeners);

        if (listener->before != NULL) {
            listener->before(listener);
        }
    }
}

static void tell_after(bool cancelled)
{
    for (struct list *link = listeners.previous; link != &listeners; link = link->previous) {
        struct suspend_listener *listener = LIST_ENTRY(link, struct suspend_listener, listeners);

        if (listener->after != NULL) {
            listener->after(listener, cancelled);
        }
    }
}

/* All but the first; `*went`: those that did. Returns 0, or the error of the one that stays. */
static int vcpus_down(cpu_mask_t *went)
{
    int error = 0;

    *went = 0;
    for (unsigned number = 1; number < CPUS_MAX && error == 0; number++) {
        if (cpus_online >> number & 1) {
            error = vcpu_unplug(number);
            *went |= error == 0 ? (cpu_mask_t)1 << number : 0;
        }
    }
    return error;
}

static void vcpus_up(cpu_mask_t mask)
{
    for (; mask != 0; mask &= mask - 1) {
        unsigned number = (unsigned)__builtin_ctz(mask);
        int error = vcpu_plug(number);

        if (error != 0) {
            print("suspend: vCPU %u does not come back: error %d\n", number, error);
        }
    }
}

/* The toolstack wants page numbers that mean something in the next domain too. */
static void rings_as_pages(void)
{
    start_info->store_mfn = mfn_to_pfn(guest.store_mfn);
    start_info->console.domU.mfn = mfn_to_pfn(guest.console_mfn);
}

/* Nothing else in the page is to be believed after the first start. */
static void rings_as_frames(bool cancelled)
{
    if (cancelled) {
        start_info->store_mfn = guest.store_mfn;
        start_info->console.domU.mfn = guest.console_mfn;
    } else {
        guest.shared_info = start_info->shared_info;
        guest.store_mfn = start_info->store_mfn;
        guest.store_port = start_info->store_evtchn;
        guest.console_mfn = start_info->console.domU.mfn;
        guest.console_port = start_info->console.domU.evtchn;
    }
}

/* Xen has new vCPUs, which do not know where our data of them is. */
static void register_vcpus(void)
{
    for (unsigned number = 0; number < CPUS_MAX && cpus[number] != NULL; number++) {
        cpu_register_info(cpus[number]);
    }
}

/* The third argument is for the toolstack, which looks for it in our registers. Returns whether it was called off. */
static bool stop_here(void)
{
    struct sched_shutdown reason = {.reason = SHUTDOWN_suspend};
    long answer = hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (unsigned long)&reason,
                            guest.p2m[virtual_to_pfn(start_info)], 0, 0);

    assert_that(answer >= 0, "suspend: Xen does not suspend us: error %ld", answer);
    return answer == 1;
}

static void set_up_again(void)
{
    register_vcpus();   /* from here on there is a clock */
    p2m_publish();      /* the next time can come */
    events_forget();    /* no port is left */
    smp_resume_first(); /* this vCPU can be called, and threads take turns */
    inspect_init();
    count++;
}

/* Context: the first vCPU, the others down, upcalls masked: nothing else runs until this returns. */
static bool suspend_alone(void)
{
    bool cancelled;

    timer_cancel(&cpu_this()->slice);
    console_suspend();
    clock_suspend();
    CALL_PART(grants_suspend);
    rings_as_pages();
    shared_info_unmap();
    cancelled = stop_here();
    rings_as_frames(cancelled);
    shared_info_map();
    if (!cancelled) {
        set_up_again();
    }
    clock_resume();
    timers_resume(cancelled);
    console_resume(cancelled);
    CALL_PART(grants_resume, cancelled);
    return cancelled;
}

/* The vCPUs go and come back. Returns whether it was called off, by ourselves when one of them does not go. */
static bool suspend_on_first(void)
{
    struct thread *self = thread_current();
    cpu_mask_t affinity = self->asked, others;
    int error = vcpus_down(&others);
    bool cancelled = true;

    if (error == 0) {
        critical_t state;

        thread_set_affinity(self, 1);
        state = critical_enter();
        cancelled = suspend_alone();
        critical_leave(state);
    } else {
        print("suspend: not every vCPU goes down: error %d\n", error);
    }
    vcpus_up(others);
    thread_set_affinity(self, affinity);
    return cancelled;
}

void suspend(void)
{
    bool cancelled;

    mutex_lock(&lock);
    tell_before();
    CALL_PART(xenbus_suspend); /* no driver is at work */
    xenstore_suspend();        /* no request is under way */
    cancelled = suspend_on_first();
    xenstore_resume(cancelled);
    CALL_PART(xenbus_resume, cancelled); /* the devices find their new backends */
    tell_after(cancelled);
    mutex_unlock(&lock);
}
