/* Changing how a thread is scheduled: see stardust/thread.h. */
#include <stardust/thread.h>

#include <kernel/sched/life.h>

#include <stardust/schedule.h>
#include <stardust/spinlock.h>

#include <xen/errno.h>

int thread_set_priority(struct thread *t, unsigned priority)
{
    critical_t state;
    struct cpu *cpu;
    bool queued;

    if (priority >= THREAD_PRIORITIES) {
        return -XEN_EINVAL;
    }
    state = critical_enter();
    cpu = schedule_lock(t);
    queued = t->queued;
    if (queued) {
        runqueue_remove(&cpu->runqueue, t);
    }
    t->priority = (uint8_t)priority;
    if (queued) {
        runqueue_add(&cpu->runqueue, t);
    }
    /* Who waits there may go before who runs now. */
    schedule_hooks.queued(cpu, t);
    spin_unlock_irqrestore(&cpu->runqueue.lock, state);
    return 0;
}

/*
 * A thread that waits in a queue is put where it may run; one that runs elsewhere is sent away by its own vCPU. Returns
 * whether it was queued. Context: upcalls masked; the lock of t->cpu's run queue held, which is given back.
 */
static bool settle(struct cpu *cpu, struct thread *t)
{
    bool queued = t->queued;

    t->affinity = thread_affinity_now(t->asked);
    if (queued) {
        runqueue_remove(&cpu->runqueue, t);
    }
    schedule_hooks.queued(cpu, t);
    spin_unlock_quietly(&cpu->runqueue.lock);
    if (queued) {
        schedule_enqueue(t);
    }
    return queued;
}

int thread_set_affinity(struct thread *t, cpu_mask_t affinity)
{
    critical_t state;
    struct cpu *cpu;

    if ((affinity & cpus_online) == 0) {
        return -XEN_EINVAL;
    }
    state = critical_enter();
    cpu = schedule_lock(t);
    t->asked = affinity;
    if (!settle(cpu, t) && t == thread_current()) {
        schedule_preempt(false);
    }
    critical_leave(state);
    return 0;
}

void thread_settle(struct thread *t)
{
    critical_t state = critical_enter();
    struct cpu *cpu = schedule_lock(t);

    if (t->affinity == thread_affinity_now(t->asked)) {
        schedule_unlock(cpu);
    } else {
        settle(cpu, t);
    }
    critical_leave(state);
}
