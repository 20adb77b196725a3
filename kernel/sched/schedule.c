/* The scheduler: how a vCPU goes from one thread to the next. See stardust/schedule.h; ready.c has how threads become ready. */
#include <stardust/schedule.h>

#include <kernel/sched/charge.h>
#include <kernel/sched/life.h>
#include <kernel/sched/ready.h>
#include <kernel/sched/switch.h>

#include <stardust/fpu.h>
#include <stardust/list.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/spinlock.h>

void schedule_init(struct cpu *cpu, struct thread *current, struct thread *idle)
{
    runqueue_init(&cpu->runqueue);
    current->cpu = idle->cpu = cpu;
    current->state = THREAD_RUNNING;
    cpu->idle = idle;
    cpu->current = current;
}

/* This vCPU's, to switch threads. Upcalls are masked, so that we stay here. */
static struct cpu *lock_here(void)
{
    struct cpu *cpu = cpu_this();

    assert_that(!preempt_disabled(),
                "thread \"%s\" gives up the processor while it holds a spinlock or has preemption "
                "disabled",
                cpu->current->name);
    spin_lock(&cpu->runqueue.lock);
    return cpu;
}

/* The lock alone, of which a switch hands over the section without preemption too: `leave` ends it. */
static inline void give_lock(struct cpu *cpu)
{
    lock_check_given(&cpu->runqueue.lock);
    spinlock_give(&cpu->runqueue.lock);
}

/* `left` does not wait, and is in no queue: it has ended, it is the idle thread, it has to go elsewhere, or it goes on here. */
__attribute__((noinline)) static void see_to(struct cpu *cpu, struct thread *left)
{
    bool ends = left->state == THREAD_EXITED && left->detached;
    bool moves = left->state == THREAD_READY && left != cpu->idle;

    if (left->state == THREAD_EXITED) {
        /* After this, who joins it may free it. */
        __atomic_store_n(&left->gone, true, __ATOMIC_RELEASE);
    }
    give_lock(cpu);
    if (ends) {
        thread_free(left);
    } else if (moves) {
        schedule_enqueue(left);
    }
}

/*
 * What follows every switch, in the thread that was switched to: give back the lock that came with it, and see to the thread
 * that was left. While we hold the lock that one cannot run anywhere, and only then may we look at it. Without a switch it is
 * the thread that runs.
 */
static inline void finish(void)
{
    struct cpu *cpu = cpu_this();
    struct thread *left = cpu->previous;

    if (__builtin_expect(left->queued || left->state == THREAD_WAITING, 1)) {
        give_lock(cpu);
        return;
    }
    see_to(cpu, left);
}

/* The end of a section that may have switched: upcalls come again if they did before, then a switch that is wanted. */
__attribute__((always_inline)) static inline void leave(critical_t state)
{
    finish();
    critical_leave(state);
    preempt_enable();
}

void schedule_begin(void)
{
    leave(thread_current()->begins_masked);
}

static struct thread *take_next(struct cpu *cpu)
{
    struct thread *next = runqueue_take(&cpu->runqueue);

    return next != NULL ? next : cpu->idle;
}

/* What few switches need besides. With the switch itself in it, the others keep nothing in registers for its sake. */
__attribute__((noinline)) static void switch_specially(struct cpu *cpu, struct thread *self,
                                                       struct thread *next, uint64_t used)
{
    schedule_hooks.switching(cpu, self, next, used);
    cpu->current = next;
    if (self->thread_pointer != next->thread_pointer) {
        fpu_set_thread_pointer(next->thread_pointer);
    }
    context_switch(self, next);
}

/* Run `next`, another thread. Returns when this thread, which may be `idle`, runs again, perhaps on another vCPU. */
__attribute__((always_inline)) static inline void switch_to(struct cpu *cpu, struct thread *next,
                                                            bool idle)
{
    struct thread *self = cpu->current;
    uint64_t used = charge(cpu);

    preempt_calm();
    next->state = THREAD_RUNNING;
    cpu->previous = self;
    if (__builtin_expect(idle || charge_is_not_all(cpu, next) ||
                             self->thread_pointer != next->thread_pointer,
                         0)) {
        switch_specially(cpu, self, next, used);
        return;
    }
    cpu->current = next;
    context_switch(self, next);
}

/* Run the next thread, which may be the same. */
static void switch_threads(struct cpu *cpu)
{
    struct thread *next = take_next(cpu);

    if (next != cpu->current) {
        switch_to(cpu, next, cpu->current == cpu->idle);
    } else {
        preempt_calm();
        next->state = THREAD_RUNNING;
        cpu->previous = next;
    }
}

/* Who was interrupted before its time was over goes on here, if it may. */
static bool stays(const struct cpu *cpu, const struct thread *self, bool first)
{
    return (first && ready_may_come(cpu, self)) || schedule_hooks.place(self) == cpu;
}

/* Make the thread that runs here ready: in our queue, or in none when it has to go elsewhere, which `finish` sees to. */
static void give_way(struct cpu *cpu, bool first)
{
    struct thread *self = cpu->current;

    self->state = THREAD_READY;
    if (self == cpu->idle || !stays(cpu, self, first)) {
        return;
    }
    if (first) {
        runqueue_add_first(&cpu->runqueue, self);
    } else {
        runqueue_add(&cpu->runqueue, self);
    }
    if (schedule_hooks.offer != NULL) {
        schedule_hooks.offer(cpu, self);
    }
}

void schedule_preempt(bool first)
{
    struct cpu *cpu = lock_here();

    give_way(cpu, first);
    switch_threads(cpu);
    leave(1);
}

/*
 * Put `self` into the queue and take the next one out, when both are of the same priority: neither the queue's bits nor its
 * count change, so that this is quicker. Returns NULL, with nothing done, when there is none or a higher one.
 */
static inline struct thread *exchange(struct runqueue *q, struct thread *self)
{
    struct list *ready = &q->ready[self->priority];
    struct thread *next;

    if (q->occupied >> self->priority != 1) {
        return NULL;
    }
    next = LIST_ENTRY(list_take_first(ready), struct thread, ready);
    list_push_back(ready, &self->ready);
    next->queued = false;
    self->queued = true;
    self->state = THREAD_READY;
    return next;
}

/* With nobody to offer a thread to, taking turns is all there is to do. The idle thread never yields. */
static inline void take_turns(struct cpu *cpu)
{
    struct thread *next = __builtin_expect(schedule_hooks.offer == NULL, 1)
                              ? exchange(&cpu->runqueue, cpu->current)
                              : NULL;

    if (__builtin_expect(next != NULL, 1)) {
        switch_to(cpu, next, false);
    } else {
        give_way(cpu, false);
        switch_threads(cpu);
    }
}

/* Whether somebody waits here for whom `self` would give way. Only a hint, which may be out of date: then the next look sees it. */
static inline bool others_wait(const struct thread *self)
{
    uint32_t occupied;

    __asm__ volatile("movl %%gs:%c1, %0"
                     : "=r"(occupied)
                     : "i"(offsetof(struct cpu, runqueue.occupied)));
    return occupied >> self->priority != 0;
}

__attribute__((noinline)) static void yield_masked(void)
{
    struct cpu *cpu = lock_here();

    give_way(cpu, false);
    switch_threads(cpu);
    leave(1);
}

/* Upcalls usually come: not to have to remember it is quicker. */
void thread_yield(void)
{
    if (!others_wait(thread_current())) {
        return;
    }
    if (__builtin_expect(critical_masked(), 0)) {
        yield_masked();
        return;
    }
    critical_begin();
    take_turns(lock_here());
    leave(0);
}

void thread_block(void)
{
    critical_t state = critical_enter();
    struct cpu *cpu = lock_here();
    struct thread *self = cpu->current;

    if (self->wake_pending) {
        self->wake_pending = false;
        cpu->previous = self;
    } else {
        self->state = THREAD_WAITING;
        switch_threads(cpu);
    }
    leave(state);
}

void schedule_exit(void)
{
    struct cpu *cpu;

    critical_enter();
    cpu = lock_here();
    cpu->current->state = THREAD_EXITED;
    switch_threads(cpu);
    panic("thread \"%s\" has ended and runs again", thread_current()->name);
}

void schedule_idle(void)
{
    for (;;) {
        critical_t state = critical_enter();
        struct cpu *cpu = cpu_this();

        if (cpu->runqueue.count > 0 || schedule_hooks.steal(cpu)) {
            schedule_preempt(false);
            critical_leave(state);
        } else {
            /* Ends with upcalls coming. */
            schedule_hooks.wait(cpu);
        }
    }
}
