/*
 * The scheduler: who runs on this vCPU next. For threads and locks that sleep; everybody else uses wait.h or thread.h.
 *
 * Every switch happens in schedule.c, with upcalls masked and this vCPU's run queue locked; the lock is handed to the
 * thread that runs next, which gives it back. So a thread that is in a run queue, or waits, has been left completely: whoever
 * holds the lock of its vCPU's run queue may let it run elsewhere.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>

/**
 * Wait until thread_wake has been called for this thread: returns at once when that was the case already.
 *
 * One thread_wake ends one thread_block, whichever comes first. Context: thread, no spinlock held.
 */
void thread_block(void);

/** Let `t`, which is in thread_block or on its way there, go on. Context: any. */
void thread_wake(struct thread *t);

/** Let a thread that should run instead of this one do so. `first`: this one's time was not over, so that it goes before the
 * others of its priority. Context: upcalls masked, preemption not disabled otherwise. */
void schedule_preempt(bool first);

/** Leave the processor for ever. Context: thread_exit. */
_Noreturn void schedule_exit(void);

/** Wait until `t`, which is on its way out, has left its stack. That is a matter of a few hundred instructions. */
void schedule_wait_left(struct thread *t);

/** What every new thread does first, still on its way from the one that ran here before. Context: a new thread. */
void schedule_begin(void);

/** Take the lock of the run queue that `t` belongs to. Context: upcalls masked. Returns its vCPU. */
struct cpu *schedule_lock(struct thread *t);

/** Give the lock of a run queue back. */
void schedule_unlock(struct cpu *cpu);

/** Put `t`, which is ready and in no queue, into the queue of t->cpu, and see to it that it runs in time. */
void schedule_enqueue(struct thread *t);

/** Make this vCPU one that runs threads: `current` runs now, `idle` when nobody else does. Context: boot of each vCPU. */
void schedule_init(struct cpu *cpu, struct thread *current, struct thread *idle);

/** What an idle thread does, for ever. Context: an idle thread. */
_Noreturn void schedule_idle(void);

/**
 * What the levels above put into the scheduler; below them, these do the least that is right. Each is set at boot.
 */
struct schedule_hooks {
    /** The vCPU on which `t`, which is ready, should run. Context: the lock of t->cpu's run queue held. */
    struct cpu *(*place)(const struct thread *t);
    /** `t` has come into the run queue of `cpu`, which may have to look at it. Context: that queue's lock held. */
    void (*queued)(struct cpu *cpu, const struct thread *t);
    /** `t` has given way and waits in the run queue of `cpu`: somebody else may want it. NULL: there is nobody. Context: as queued. */
    void (*offer)(struct cpu *cpu, const struct thread *t);
    /** `from`, which was charged `used` ticks, stops running here and `to` begins; called when there may be more to do than to
     * charge: a slice is over or none is watched, others had the processor, or `from` is the idle thread. Context: upcalls masked,
     * this vCPU's run queue locked. */
    void (*switching)(struct cpu *cpu, struct thread *from, struct thread *to, uint64_t used);
    /** Nothing is ready here: get a thread from elsewhere into our queue. Returns whether there was one. Context: idle. */
    bool (*steal)(struct cpu *cpu);
    /** Nothing is ready anywhere: wait for an upcall. Returns after it. Context: idle, upcalls masked. */
    void (*wait)(struct cpu *cpu);
};

extern struct schedule_hooks schedule_hooks;
