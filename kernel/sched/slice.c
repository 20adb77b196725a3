/* Time slices and who used how much time: see stardust/slice.h. */
#include <stardust/slice.h>

#include <kernel/sched/charge.h>

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/runstate.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>
#include <stardust/timer.h>

/* What is more than that is forgiven: nobody goes without a processor for longer than a second. */
enum { SLICES_OWED = 100 };

/* Ticks of this vCPU's counter in `time`, four seconds at most: the other way round than clock_ticks. */
static uint64_t ticks_of(const struct vcpu_time_info *info, nsec_t time)
{
    uint64_t limited = time < UINT32_MAX ? time : UINT32_MAX;
    uint64_t ticks = (limited << 32) / info->tsc_to_system_mul;

    return info->tsc_shift >= 0 ? ticks >> info->tsc_shift : ticks << -info->tsc_shift;
}

/* Give back to the thread that runs here what others had of the ticks that it was charged for, `used` at most. */
static void give_back_stolen(struct cpu *cpu, uint64_t used)
{
    nsec_t before = cpu->runstate.stolen;
    uint64_t lost = ticks_of(&cpu->info.time, runstate_stolen(cpu) - before);

    lost = lost < used ? lost : used;
    cpu->current->ran -= lost;
    cpu->current->slice_left += (int64_t)lost;
}

/* Who runs here has used `used` ticks. Nobody waited while it ran without a timer: for that it owes one turn at most. */
static void settle(struct cpu *cpu, uint64_t used)
{
    struct thread *self = cpu->current;

    give_back_stolen(cpu, used);
    if (!cpu->slice_watched && self->slice_left < -cpu->runstate.slice) {
        self->slice_left = -cpu->runstate.slice;
    }
}

static nsec_t left_of(struct cpu *cpu, const struct thread *t)
{
    return t->slice_left > 0 ? clock_ticks(&cpu->info.time, (uint64_t)t->slice_left) : 0;
}

nsec_t slice_left(struct cpu *cpu)
{
    settle(cpu, charge(cpu));
    return left_of(cpu, cpu->current);
}

/* A timer that runs for another thread's slice comes too early at worst: then we look, and watch again. */
void slice_watch(struct cpu *cpu, const struct thread *running)
{
    if (cpu->slice.cpu != NULL) {
        return;
    }
    cpu->slice_watched =
        running != cpu->idle && runqueue_highest(&cpu->runqueue) == running->priority;
    if (cpu->slice_watched) {
        timer_start(&cpu->slice, clock_monotonic() + left_of(cpu, running));
    }
}

static void slice_over(struct timer *timer)
{
    (void)timer;
    preempt_want();
}

/*
 * A new slice, shorter by what the last one was too long, since whatever should have ended it may have come late. Who owes more
 * than a slice has hardly begun when its turn is over, until that is paid.
 */
static int64_t next_slice(int64_t left, int64_t slice)
{
    int64_t least = -(SLICES_OWED * slice);

    return slice + left > least ? slice + left : least;
}

/* What a switch has to do besides charging, once in a time slice or less. */
static void switching(struct cpu *cpu, struct thread *from, struct thread *to, uint64_t used)
{
    (void)from;
    settle(cpu, used);
    if (to->slice_left <= 0) {
        to->slice_left = next_slice(to->slice_left, cpu->runstate.slice);
    }
    slice_watch(cpu, to);
}

static void reschedule(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    event_look();
    preempt_want();
}

/* Whether the arrival of `t` is a reason for its vCPU to look. */
static bool matters(const struct cpu *cpu, const struct thread *t)
{
    const struct thread *running = cpu->current;

    return running == cpu->idle || !(running->affinity >> cpu->number & 1) ||
           cpu->runqueue.occupied >> running->priority > 1 || /* somebody has a higher priority */
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
    cpu->runstate.slice = (int64_t)ticks_of(&cpu->info.time, SLICE);
    cpu->current->slice_left = cpu->runstate.slice;
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
    uint64_t ticks;

    if (cpu == cpu_this() && cpu->current == t) {
        give_back_stolen(cpu, charge(cpu));
    }
    ticks = t->ran;
    spin_unlock_irqrestore(&cpu->runqueue.lock, state);
    return clock_ticks(&cpu->info.time, ticks);
}
