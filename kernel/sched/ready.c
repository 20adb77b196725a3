/* How a thread that is ready comes into a run queue: see stardust/schedule.h. */
#include <stardust/schedule.h>

#include <kernel/sched/ready.h>

#include <stardust/spinlock.h>

/* The vCPU of a thread that is ready can change while we wait for the lock. */
struct cpu *schedule_lock(struct thread *t)
{
    for (;;) {
        struct cpu *cpu = __atomic_load_n(&t->cpu, __ATOMIC_ACQUIRE);

        spin_lock(&cpu->runqueue.lock);
        if (t->cpu == cpu) {
            return cpu;
        }
        spin_unlock(&cpu->runqueue.lock);
    }
}

void schedule_unlock(struct cpu *cpu)
{
    spin_unlock(&cpu->runqueue.lock);
}

static void enqueue(struct cpu *cpu, struct thread *t)
{
    t->state = THREAD_READY;
    runqueue_add(&cpu->runqueue, t);
    schedule_hooks.queued(cpu, t);
}

/*
 * From one queue to another: in between nobody but us can let it run, but where it may run may change; then it goes on from there.
 * Returns the vCPU where it is, whose lock is held.
 */
static struct cpu *enqueue_elsewhere(struct cpu *from, struct cpu *to, struct thread *t)
{
    t->state = THREAD_READY;
    do {
        __atomic_store_n(&t->cpu, to, __ATOMIC_RELEASE);
        spin_unlock_quietly(&from->runqueue.lock);
        spin_lock(&to->runqueue.lock);
        from = to;
    } while (!ready_may_come(to, t) && (to = schedule_hooks.place(t)) != from);
    enqueue(to, t);
    return to;
}

void schedule_enqueue(struct thread *t)
{
    struct cpu *from = schedule_lock(t);
    struct cpu *to = schedule_hooks.place(t);

    if (to == from) {
        enqueue(to, t);
    } else {
        to = enqueue_elsewhere(from, to, t);
    }
    schedule_unlock(to);
}

void thread_wake(struct thread *t)
{
    critical_t state = critical_enter();
    struct cpu *from = schedule_lock(t), *to = from;

    if (t->state != THREAD_WAITING) {
        t->wake_pending = true;
    } else if ((to = schedule_hooks.place(t)) == from) {
        enqueue(to, t);
    } else {
        to = enqueue_elsewhere(from, to, t);
    }
    spin_unlock_irqrestore(&to->runqueue.lock, state);
}

/* It holds the lock from before it says that it has ended until it is gone: we wait as its vCPU's others do. */
void schedule_wait_left(struct thread *t)
{
    while (!__atomic_load_n(&t->gone, __ATOMIC_ACQUIRE)) {
        critical_t state = critical_enter();
        struct cpu *cpu = schedule_lock(t);

        spin_unlock_irqrestore(&cpu->runqueue.lock, state);
    }
}
