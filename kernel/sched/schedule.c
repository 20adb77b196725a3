/* The scheduler: see stardust/schedule.h. */
#include <stardust/schedule.h>

#include <kernel/sched/charge.h>
#include <kernel/sched/life.h>
#include <kernel/sched/switch.h>

#include <stardust/fpu.h>
#include <stardust/list.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/spinlock.h>

/* Without any level above, threads run until they give way, and only threads wake threads. */
static struct cpu *place_first(const struct thread *t)
{
    return t->cpu;
}

static void queued_quietly(struct cpu *cpu, const struct thread *t)
{
    (void)cpu;
    (void)t;
}

static void switching_quietly(struct cpu *cpu, struct thread *from, struct thread *to,
                              uint64_t used)
{
    (void)used;
    (void)cpu;
    (void)from;
    (void)to;
}

static bool steal_nothing(struct cpu *cpu)
{
    (void)cpu;
    return false;
}

static void wait_for_nobody(struct cpu *cpu)
{
    threads_print();
    panic("deadlock: every thread waits for another one, and vCPU %u has nothing to run",
          cpu->number);
}

struct schedule_hooks schedule_hooks = {
    .place = place_first,
    .queued = queued_quietly,
    .switching = switching_quietly,
    .steal = steal_nothing,
    .wait = wait_for_nobody,
};

void schedule_init(struct cpu *cpu, struct thread *current, struct thread *idle)
{
    runqueue_init(&cpu->runqueue);
    current->cpu = idle->cpu = cpu;
    current->state = THREAD_RUNNING;
    cpu->idle = idle;
    cpu->current = current;
}

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

/* This vCPU's, to switch threads. Upcalls are masked, so that we stay here. */
static struct cpu *lock_here(void)
{
    struct cpu *cpu = cpu_this();

    spin_lock(&cpu->runqueue.lock);
    assert_that(preempt_depth() == 1,
                "thread \"%s\" gives up the processor while it holds a spinlock or has preemption "
                "disabled",
                cpu->current->name);
    return cpu;
}

static void enqueue(struct cpu *cpu, struct thread *t)
{
    t->state = THREAD_READY;
    runqueue_add(&cpu->runqueue, t);
    schedule_hooks.queued(cpu, t);
}

/* Whether `t` may come into the queue of `cpu`, whose lock is held: with it a vCPU that goes down says so. */
static bool may_come(const struct cpu *cpu, const struct thread *t)
{
    return (t->affinity & __atomic_load_n(&cpus_online, __ATOMIC_RELAXED)) >> cpu->number & 1;
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
    } while (!may_come(to, t) && (to = schedule_hooks.place(t)) != from);
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

/* The lock alone, of which a switch hands over the section without preemption too: `leave` ends it. */
static inline void give_lock(struct cpu *cpu)
{
    lock_check_given(&cpu->runqueue.lock);
    spinlock_give(&cpu->runqueue.lock);
}

/* `left` does not wait, and is in no queue: it has ended, it is the idle thread, or it has to go elsewhere. */
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
 * that was left. While we hold the lock that one cannot run anywhere, and only then may we look at it.
 */
static inline void finish(void)
{
    struct cpu *cpu = cpu_this();
    struct thread *left = cpu->previous;

    cpu->previous = NULL;
    if (left == NULL || left->queued || left->state == THREAD_WAITING) {
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
    }
}

/* Who was interrupted before its time was over goes on here, if it may. */
static bool stays(const struct cpu *cpu, const struct thread *self, bool first)
{
    bool may_stay = self->affinity >> cpu->number & 1;

    return (first && may_stay) || schedule_hooks.place(self) == cpu;
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
static struct thread *exchange(struct runqueue *q, struct thread *self)
{
    struct list *ready = &q->ready[self->priority];
    struct thread *next;

    if (q->occupied >> self->priority != 1) {
        return NULL;
    }
    next = LIST_ENTRY(ready->next, struct thread, ready);
    list_remove(&next->ready);
    list_push_back(ready, &self->ready);
    next->queued = false;
    self->queued = true;
    self->state = THREAD_READY;
    return next;
}

/* With nobody to offer a thread to, taking turns is all there is to do. The idle thread never yields. */
static void take_turns(struct cpu *cpu)
{
    struct thread *next =
        schedule_hooks.offer == NULL ? exchange(&cpu->runqueue, cpu->current) : NULL;

    if (__builtin_expect(next != NULL, 1)) {
        switch_to(cpu, next, false);
    } else {
        give_way(cpu, false);
        switch_threads(cpu);
    }
}

void thread_yield(void)
{
    struct thread *self = thread_current();
    critical_t state;

    /* Only a hint, which may be out of date: then the next yield sees it. */
    if (__atomic_load_n(&cpu_this()->runqueue.occupied, __ATOMIC_RELAXED) >> self->priority == 0) {
        return;
    }
    state = critical_enter();
    take_turns(lock_here());
    leave(state);
}

void thread_block(void)
{
    critical_t state = critical_enter();
    struct cpu *cpu = lock_here();
    struct thread *self = cpu->current;

    if (self->wake_pending) {
        self->wake_pending = false;
    } else {
        self->state = THREAD_WAITING;
        switch_threads(cpu);
    }
    leave(state);
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

void schedule_exit(void)
{
    struct cpu *cpu;

    critical_enter();
    cpu = lock_here();
    cpu->current->state = THREAD_EXITED;
    switch_threads(cpu);
    panic("thread \"%s\" has ended and runs again", thread_current()->name);
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
