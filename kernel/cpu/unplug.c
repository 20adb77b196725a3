/* Taking vCPUs out and putting them back: see stardust/vcpu_plug.h. */
#include <stardust/vcpu_plug.h>

#include <kernel/cpu/smp_parts.h>
#include <kernel/cpu/unplug.h>
#include <kernel/mm/slab.h>
#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/semaphore.h>
#include <stardust/smp.h>
#include <stardust/timer.h>

#include <xen/errno.h>

enum { PATIENCE_SECONDS = 10 };

/* What is kept about each vCPU that went down once. The steward is a thread of its own that nobody there goes before. */
struct plug {
    struct thread *steward;
    struct semaphore go;   /* a unit: the steward is to take its vCPU down */
    struct semaphore gone; /* a unit: nothing is left there but to go down */
    struct semaphore back; /* a unit: it runs threads again */
    void *stack;           /* where the steward is while the vCPU is down */
    bool anew;             /* Xen has forgotten the vCPU: it has to get ready again */
};

static struct mutex one_at_a_time; /* protects plugs, but for what a steward writes */
static struct plug plugs[CPUS_MAX];

static bool is_online(unsigned number)
{
    return number < CPUS_MAX && (__atomic_load_n(&cpus_online, __ATOMIC_ACQUIRE) >> number & 1);
}

/*
 * Whoever puts a thread into our queue looks at this with its lock held: either before we take that to send threads away, and
 * then the thread is found there, or after, and then this is seen.
 */
static void say_offline(const struct cpu *cpu)
{
    __atomic_fetch_and(&cpus_online, ~((cpu_mask_t)1 << cpu->number), __ATOMIC_SEQ_CST);
}

static struct thread *take_ready(struct cpu *cpu)
{
    struct thread *t;

    spin_lock(&cpu->runqueue.lock);
    t = runqueue_take(&cpu->runqueue);
    spin_unlock_quietly(&cpu->runqueue.lock);
    return t;
}

/* First those who could run here alone may run anywhere, then those who wait here go there. */
static void send_threads_away(struct cpu *cpu)
{
    struct thread *t;

    thread_list_each(thread_settle);
    while ((t = take_ready(cpu)) != NULL) {
        schedule_enqueue(t);
    }
}

static void go_down(unsigned number)
{
    semaphore_up(&plugs[number].gone);
    hypercall_vcpu_op(VCPUOP_down, number, NULL);
}

/* Context: the steward, upcalls masked. */
static void leave(struct cpu *cpu)
{
    say_offline(cpu);
    send_threads_away(cpu);
    events_leave(cpu->number);
    timer_cancel(&cpu->slice);
    slab_flush_all();
    page_cache_drain();
    stack_leave();
    vcpu_rest(&plugs[cpu->number].stack, go_down, cpu->number);
}

static void come_back(struct cpu *cpu)
{
    if (plugs[cpu->number].anew) {
        smp_init_this();
    }
    cpu->runstate.charged = cpu_tsc();
    __atomic_fetch_or(&cpus_online, (cpu_mask_t)1 << cpu->number, __ATOMIC_SEQ_CST);
    thread_list_each(thread_settle);
}

static _Noreturn void serve(struct plug *plug)
{
    for (;;) {
        critical_t state;

        semaphore_down(&plug->go, NSEC_FOREVER);
        state = critical_enter();
        leave(cpu_this());
        come_back(cpu_this());
        critical_leave(state);
        semaphore_up(&plug->back);
    }
}

static void *steward(void *own_plug)
{
    serve(own_plug);
}

static int make_steward(unsigned number)
{
    const struct thread_options options = {
        .name = "steward",
        .priority = THREAD_PRIORITIES - 1 - THREAD_PRIORITY_DEFAULT,
        .affinity = (cpu_mask_t)1 << number,
        .detached = true,
    };

    return plugs[number].steward != NULL
               ? 0
               : thread_create(&plugs[number].steward, &options, steward, &plugs[number]);
}

/* All that it has left to do is the hypercall; but Xen may let others run first. */
static void wait_until_down(unsigned number)
{
    nsec_t deadline = clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC;

    while (hypercall_vcpu_op(VCPUOP_is_up, number, NULL) == 1) {
        assert_that(clock_monotonic() < deadline, "unplug: vCPU %u did not go down in %u seconds",
                    number, PATIENCE_SECONDS);
        thread_sleep(clock_monotonic() + 100 * NSEC_PER_USEC);
    }
}

static int unplug(unsigned number)
{
    int error = make_steward(number);

    if (error != 0) {
        return error;
    }
    /* A call to it would wait for ever. */
    smp_calls_hold();
    semaphore_up(&plugs[number].go);
    semaphore_down(&plugs[number].gone, NSEC_FOREVER);
    smp_calls_release();
    wait_until_down(number);
    timers_take_over(cpus[number]);
    return 0;
}

int vcpu_unplug(unsigned number)
{
    int error = 0;

    if (number == 0 || number >= CPUS_MAX || cpus[number] == NULL) {
        return -XEN_EINVAL;
    }
    mutex_lock(&one_at_a_time);
    if (is_online(number)) {
        error = unplug(number);
    }
    mutex_unlock(&one_at_a_time);
    return error;
}

/* As a new vCPU, but in the middle of the steward. */
static void fill_context(struct vcpu_guest_context *context, unsigned number)
{
    smp_fill_context(context, cpus[number]);
    context->user_regs.rip = (uintptr_t)vcpu_rise;
    context->user_regs.rsp = (uintptr_t)plugs[number].stack;
    context->fs_base = plugs[number].steward->thread_pointer;
}

static int plug(unsigned number)
{
    struct vcpu_guest_context *context = heap_alloc_zeroed(sizeof *context);
    long error;

    if (context == NULL) {
        return -XEN_ENOMEM;
    }
    fill_context(context, number);
    error = hypercall_vcpu_op(VCPUOP_initialise, number, context);
    heap_free(context);
    plugs[number].anew = error == 0;
    if (error == 0 || error == -XEN_EEXIST) {
        error = hypercall_vcpu_op(VCPUOP_up, number, NULL);
    }
    if (error == 0) {
        semaphore_down(&plugs[number].back, NSEC_FOREVER);
    }
    return (int)error;
}

int vcpu_plug(unsigned number)
{
    int error = 0;

    if (number >= CPUS_MAX || cpus[number] == NULL) {
        return -XEN_EINVAL;
    }
    mutex_lock(&one_at_a_time);
    if (!is_online(number)) {
        error = plug(number);
    }
    mutex_unlock(&one_at_a_time);
    return error;
}
