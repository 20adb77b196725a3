/* Time slices and who used how much time: see stardust/slice.h. */
#include <stardust/slice.h>

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/runstate.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>
#include <stardust/timer.h>

/* Nanoseconds since the last call, without what others had of them. */
static nsec_t time_used(struct cpu *cpu)
{
    struct runstate *r = &cpu->runstate;
    uint64_t now = cpu_tsc();
    nsec_t passed = clock_ticks(&cpu->info.time, now - r->charged);
    nsec_t lost = 0;

    r->charged = now;
    if (__builtin_expect(runstate_changed(r), 0)) {
        nsec_t before = r->stolen;

        lost = runstate_stolen(cpu) - before;
    }
    return passed > lost ? passed - lost : 0;
}

/* Charge the thread that runs here for its time since the last charge. */
static void charge(struct cpu *cpu)
{
    struct thread *self = cpu->current;
    nsec_t used = time_used(cpu);

    self->ran += used;
    self->slice_left = self->slice_left > used ? self->slice_left - used : 0;
}

nsec_t slice_left(struct cpu *cpu)
{
    charge(cpu);
    return cpu->current->slice_left;
}

/* A timer that runs for another thread's slice comes too early at worst: then we look, and watch again. */
void slice_watch(struct cpu *cpu, const struct thread *running)
{
    if (cpu->slice.cpu == NULL && running != cpu->idle &&
        runqueue_highest(&cpu->runqueue) == running->priority) {
        timer_start(&cpu->slice, clock_monotonic() + running->slice_left);
    }
}

static void slice_over(struct timer *timer)
{
    (void)timer;
    preempt_want();
}

static void switching(struct cpu *cpu, struct thread *from, struct thread *to)
{
    (void)from;
    charge(cpu);
    if (to->slice_left == 0) {
        to->slice_left = SLICE;
    }
    slice_watch(cpu, to);
}

static void reschedule(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    preempt_want();
}

/* Whether the arrival of `t` is a reason for its vCPU to look. */
static bool matters(const struct cpu *cpu, const struct thread *t)
{
    const struct thread *running = cpu->current;

    return running == cpu->idle || !(running->affinity >> cpu->number & 1) ||
           runqueue_highest(&cpu->runqueue) > running->priority ||
           (t->priority == running->priority && cpu->slice.cpu == NULL);
}

static void queued(struct cpu *cpu, const struct thread *t)
{
    if (!matters(cpu, t)) {
        return;
    }
    if (cpu == cpu_this()) {
        preempt_want();
    } else {
        event_notify(cpu->reschedule_port);
    }
}

/* Xen wakes us for the next upcall; it unmasks and blocks in one step, so that none comes in between. */
static void wait(struct cpu *cpu)
{
    (void)cpu;
    hypercall_sched_op(SCHEDOP_block, NULL);
}

void preempt_init_this(void)
{
    struct cpu *cpu = cpu_this();
    int port = event_bind_ipi(cpu->number, reschedule, NULL);

    assert_that(port >= 0, "preempt: no port for vCPU %u: error %d", cpu->number, port);
    cpu->reschedule_port = (evtchn_t)port;
    timer_init(&cpu->slice, slice_over);
    runstate_init(cpu);
    runstate_stolen(cpu);
    cpu->runstate.charged = cpu_tsc();
}

void preempt_init(void)
{
    preempt_init_this();
    schedule_hooks.queued = queued;
    schedule_hooks.switching = switching;
    schedule_hooks.wait = wait;
}

nsec_t thread_cpu_time(struct thread *t)
{
    critical_t state = critical_enter();
    struct cpu *cpu = schedule_lock(t);
    nsec_t ran;

    if (cpu == cpu_this() && cpu->current == t) {
        charge(cpu);
    }
    ran = t->ran;
    spin_unlock_irqrestore(&cpu->runqueue.lock, state);
    return ran;
}
