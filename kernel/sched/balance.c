/*
 * Which vCPU a thread runs on. Four occasions: a thread that becomes ready goes to a vCPU that has nothing to do, if it may;
 * a vCPU that has nothing to do takes a thread from another one's queue; a thread that gives way goes where fewer wait; and
 * one whose slice is over goes on to the next vCPU unless more wait there. So all threads see all vCPUs, and have the same
 * time, though Xen lets one of them run more than another, or the threads cannot be divided evenly among them.
 *
 * No vCPU is idle while a thread that it may run waits elsewhere: it says that it is idle before it looks at the queues, and
 * whoever queues a thread looks for idle vCPUs after that.
 */
#include <kernel/sched/balance.h>

#include <stardust/barrier.h>
#include <stardust/event.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>

/* The vCPUs that have found nothing to do, and that nobody has called since. Atomic. */
static cpu_mask_t idle;

/* What the level below has put there. */
static struct schedule_hooks below;

static cpu_mask_t bit_of(const struct cpu *cpu)
{
    return (cpu_mask_t)1 << cpu->number;
}

/* The lengths of queues are hints: their locks are not held. */
static unsigned waiting(const struct cpu *cpu)
{
    return __atomic_load_n(&cpu->runqueue.count, __ATOMIC_RELAXED);
}

/* The mask as the vCPU `number` sees the others: bit 0 is the next one. */
static cpu_mask_t seen_from(cpu_mask_t mask, unsigned number)
{
    unsigned shift = (number + 1) % CPUS_MAX;

    return mask >> shift | mask << (CPUS_MAX - shift) % CPUS_MAX;
}

/* Among equals, the next one after `from`; that itself comes last. */
static struct cpu *least_loaded(cpu_mask_t allowed, const struct cpu *from)
{
    struct cpu *least = NULL;

    for (cpu_mask_t left = seen_from(allowed, from->number); left != 0; left &= left - 1) {
        struct cpu *cpu = cpus[(from->number + 1 + (unsigned)__builtin_ctz(left)) % CPUS_MAX];

        least = least == NULL || waiting(cpu) < waiting(least) ? cpu : least;
    }
    return least;
}

static bool has_nothing_to_do(const struct cpu *cpu)
{
    return __atomic_load_n(&cpu->current, __ATOMIC_RELAXED) == cpu->idle && waiting(cpu) == 0;
}

/* Where it was last, its data is in the cache: it stays there unless somewhere else is clearly better. */
static struct cpu *place(const struct thread *t)
{
    cpu_mask_t online = __atomic_load_n(&cpus_online, __ATOMIC_RELAXED);
    cpu_mask_t allowed = t->affinity & online;
    bool may_stay = (allowed & bit_of(t->cpu)) != 0;
    cpu_mask_t free = __atomic_load_n(&idle, __ATOMIC_RELAXED) & allowed;
    struct cpu *least;

    if (allowed == 0 || (may_stay && has_nothing_to_do(t->cpu))) {
        return t->cpu;
    }
    if (free != 0) {
        return cpus[__builtin_ctz(free)];
    }
    least = least_loaded(allowed, t->cpu);
    if (!may_stay || t->slice_left <= 0) {
        return least;
    }
    return waiting(least) + 1 >= waiting(t->cpu) ? t->cpu : least;
}

/* Let one idle vCPU of those in `allowed` look around. */
static void call_idle(cpu_mask_t allowed)
{
    cpu_mask_t free = __atomic_load_n(&idle, __ATOMIC_SEQ_CST) & allowed;

    if (free != 0) {
        unsigned cpu = (unsigned)__builtin_ctz(free);

        __atomic_fetch_and(&idle, ~((cpu_mask_t)1 << cpu), __ATOMIC_SEQ_CST);
        event_notify(cpus[cpu]->reschedule_port);
    }
}

/* What is in the queue must be seen there before we look who is idle: see steal. */
static void offer(struct cpu *cpu, const struct thread *t)
{
    (void)cpu;
    barrier_full();
    call_idle(t->affinity);
}

static void queued(struct cpu *cpu, const struct thread *t)
{
    if (cpu->current == cpu->idle) {
        __atomic_fetch_and(&idle, ~bit_of(cpu), __ATOMIC_SEQ_CST);
    } else {
        offer(cpu, t);
    }
    below.queued(cpu, t);
}

/* A vCPU that ceases to be idle may have been given more than one thread. */
static void switching(struct cpu *cpu, struct thread *from, struct thread *to, uint64_t used)
{
    if (from == cpu->idle) {
        __atomic_fetch_and(&idle, ~bit_of(cpu), __ATOMIC_SEQ_CST);
        if (cpu->runqueue.count > 0) {
            call_idle(CPU_MASK_ALL);
        }
    }
    below.switching(cpu, from, to, used);
}

/* Put `t`, which has come to us, into our queue, unless its affinity has changed on the way. */
static bool take_in(struct cpu *cpu, struct thread *t)
{
    bool may_run;

    spin_lock(&cpu->runqueue.lock);
    may_run = (t->affinity & bit_of(cpu)) != 0;
    if (may_run) {
        runqueue_add(&cpu->runqueue, t);
    }
    spin_unlock_quietly(&cpu->runqueue.lock);
    if (!may_run) {
        schedule_enqueue(t);
    }
    return may_run;
}

/* Never two queues' locks at once: in between the thread is ours alone. */
static bool steal_from(struct cpu *victim, struct cpu *cpu)
{
    struct thread *t = NULL;

    if (waiting(victim) > 0) {
        spin_lock(&victim->runqueue.lock);
        t = runqueue_steal(&victim->runqueue, cpu->number);
        if (t != NULL) {
            __atomic_store_n(&t->cpu, cpu, __ATOMIC_RELEASE);
        }
        spin_unlock_quietly(&victim->runqueue.lock);
    }
    return t != NULL && take_in(cpu, t);
}

static bool steal(struct cpu *cpu)
{
    cpu_mask_t online = __atomic_load_n(&cpus_online, __ATOMIC_RELAXED);

    __atomic_fetch_or(&idle, bit_of(cpu), __ATOMIC_SEQ_CST);
    for (unsigned i = 1; i < CPUS_MAX; i++) {
        unsigned number = (cpu->number + i) % CPUS_MAX;

        if ((online >> number & 1) && steal_from(cpus[number], cpu)) {
            return true;
        }
    }
    return false;
}

void balance_init(void)
{
    below = schedule_hooks;
    schedule_hooks.place = place;
    schedule_hooks.queued = queued;
    schedule_hooks.offer = offer;
    schedule_hooks.switching = switching;
    schedule_hooks.steal = steal;
}
