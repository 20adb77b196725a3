/* How a thread that is ready comes into a run queue: see stardust/schedule.h. */
#include <stardust/schedule.h>

#include <kernel/sched/ready.h>

#include <stardust/spinlock.h>

/* The vCPU of a thread that is ready can change while we wait for the lock: then we hold that of `cpu`, to which it no longer belongs. */
__attribute__((noinline)) static struct cpu *lock_again(struct cpu *cpu, struct thread *t)
{
    do {
        spin_unlock(&cpu->runqueue.lock);
        cpu = __atomic_load_n(&t->cpu, __ATOMIC_ACQUIRE);
        spin_lock(&cpu->runqueue.lock);
    } while (t->cpu != cpu);
    return cpu;
}

static inline struct cpu *lock_its(struct thread *t)
{
    struct cpu *cpu = __atomic_load_n(&t->cpu, __ATOMIC_ACQUIRE);

    spin_lock(&cpu->runqueue.lock);
    return __builtin_expect(t->cpu == cpu, 1) ? cpu : lock_again(cpu, t);
}

struct cpu *schedule_lock(struct thread *t)
{
    return lock_its(t);
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
__attribute__((noinline)) static struct cpu *enqueue_elsewhere(struct cpu *from, struct cpu *to,
                                                               struct thread *t)
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

/* Into the queue of `cpu`, whose lock is held, or of where it should run. Returns the vCPU whose lock is held then. */
static inline struct cpu *enqueue_placed(struct cpu *cpu, struct thread *t)
{
    struct cpu *to = schedule_hooks.place(t);

    if (__builtin_expect(to != cpu, 0)) {
        return enqueue_elsewhere(cpu, to, t);
    }
    enqueue(cpu, t);
    return cpu;
}

void schedule_enqueue(struct thread *t)
{
    struct cpu *cpu = enqueue_placed(lock_its(t), t);

    schedule_unlock(cpu);
}

void thread_wake(struct thread *t)
{
    critical_t state = critical_enter();
    struct cpu *cpu = lock_its(t);

    if (t->state == THREAD_WAITING) {
        cpu = enqueue_placed(cpu, t);
    } else {
        t->wake_pending = true;
    }
    spin_unlock_irqrestore(&cpu->runqueue.lock, state);
}

/* It holds the lock from before it says that it has ended until it is gone: we wait as its vCPU's others do. */
__attribute__((noinline)) static void wait_left(struct thread *t)
{
    do {
        critical_t state = critical_enter();
        struct cpu *cpu = lock_its(t);

        spin_unlock_irqrestore(&cpu->runqueue.lock, state);
    } while (!__atomic_load_n(&t->gone, __ATOMIC_ACQUIRE));
}

void schedule_wait_left(struct thread *t)
{
    if (!__atomic_load_n(&t->gone, __ATOMIC_ACQUIRE)) {
        wait_left(t);
    }
}
