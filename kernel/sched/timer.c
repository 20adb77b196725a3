/* Timers: see stardust/timer.h. */
#include <stardust/timer.h>

#include <kernel/sched/timer_heap.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/event.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/spinlock.h>
#include <stardust/wait.h>

/* Functions that one upcall calls at most: for the rest Xen is asked again, and threads run in between. */
enum { FUNCTIONS_AT_ONCE = 64 };

/* Xen takes a time that is past too, and fires at once. */
static void program(struct timer_queue *q)
{
    struct vcpu_set_singleshot_timer singleshot;
    long error;

    if (q->first == NULL || q->first->deadline == q->programmed) {
        return;
    }
    singleshot =
        (struct vcpu_set_singleshot_timer){.timeout_abs_ns = clock_of_xen(q->first->deadline)};
    error = hypercall_vcpu_op(VCPUOP_set_singleshot_timer, cpu_this()->number, &singleshot);
    assert_that(error == 0, "timer: vCPU %u cannot have one: error %ld", cpu_this()->number, error);
    q->programmed = q->first->deadline;
}

/* Call the function of a timer whose time has come, with the lock given back; the timer may be gone after it. */
static void call(struct timer_queue *q, struct timer *t)
{
    timer_heap_remove(&q->first, t);
    t->queued = false;
    q->running = t;
    spin_unlock(&q->lock);
    t->function(t);
    spin_lock(&q->lock);
    /* Who cancels waits until we say here that we are done with it. */
    if (!t->queued) {
        __atomic_store_n(&t->cpu, NULL, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&q->running, NULL, __ATOMIC_RELEASE);
}

static void on_timer(evtchn_t port, void *context)
{
    struct timer_queue *q = &cpu_this()->timers;
    nsec_t now = clock_monotonic();

    (void)port;
    (void)context;
    spin_lock(&q->lock);
    q->programmed = NSEC_FOREVER;
    for (unsigned i = 0; i < FUNCTIONS_AT_ONCE && q->first != NULL && q->first->deadline <= now;
         i++) {
        call(q, q->first);
    }
    program(q);
    spin_unlock(&q->lock);
}

/*
 * Take the lock of the queue for a timer that is to be started: this vCPU's; or, while its function still runs on another one,
 * that one's, which will ask Xen when it is done. So a timer never belongs to two vCPUs. Context: upcalls masked.
 */
static struct cpu *lock_for_start(struct timer *timer)
{
    for (;;) {
        struct cpu *owner = __atomic_load_n(&timer->cpu, __ATOMIC_ACQUIRE);
        struct cpu *cpu = owner != NULL ? owner : cpu_this();

        spin_lock(&cpu->timers.lock);
        if (timer->cpu == owner) {
            return cpu;
        }
        spin_unlock(&cpu->timers.lock);
    }
}

void timer_start(struct timer *timer, nsec_t deadline)
{
    critical_t state = critical_enter();
    struct cpu *cpu = lock_for_start(timer);

    assert_that(!timer->queued, "timer %p is started twice", (void *)timer);
    timer->deadline = deadline;
    timer->queued = true;
    __atomic_store_n(&timer->cpu, cpu, __ATOMIC_RELEASE);
    timer_heap_add(&cpu->timers.first, timer);
    if (cpu->timers.first == timer && cpu->timers.running == NULL) {
        program(&cpu->timers);
    }
    spin_unlock_irqrestore(&cpu->timers.lock, state);
}

/*
 * Returns whether it was in the queue of `cpu`; `*running` says whether its function runs there. While it does, the timer goes
 * on belonging to that vCPU, which touches it once more.
 */
static bool take_out(struct cpu *cpu, struct timer *timer, bool *running)
{
    critical_t state = spin_lock_irqsave(&cpu->timers.lock);
    bool queued = timer->queued && timer->cpu == cpu;

    *running = cpu->timers.running == timer;
    if (queued) {
        timer_heap_remove(&cpu->timers.first, timer);
        timer->queued = false;
        if (!*running) {
            timer->cpu = NULL;
        }
    }
    spin_unlock_irqrestore(&cpu->timers.lock, state);
    return queued;
}

/* Its function may run, and may have started it again, or be about to: then it is taken out again. */
bool timer_cancel(struct timer *timer)
{
    bool stopped = false;
    struct cpu *cpu;

    while ((cpu = __atomic_load_n(&timer->cpu, __ATOMIC_ACQUIRE)) != NULL) {
        bool running;

        stopped |= take_out(cpu, timer, &running);
        while (running && __atomic_load_n(&cpu->timers.running, __ATOMIC_ACQUIRE) == timer) {
            cpu_relax();
        }
    }
    return stopped;
}

/* Take the earliest timer out, as if its function were called: who cancels waits until it has come to its new place. */
static struct timer *take_first(struct timer_queue *q)
{
    struct timer *t;

    spin_lock(&q->lock);
    t = q->first;
    if (t != NULL) {
        timer_heap_remove(&q->first, t);
        t->queued = false;
        __atomic_store_n(&q->running, t, __ATOMIC_RELEASE);
    }
    spin_unlock(&q->lock);
    return t;
}

static void put(struct cpu *cpu, struct timer *t)
{
    spin_lock(&cpu->timers.lock);
    t->queued = true;
    __atomic_store_n(&t->cpu, cpu, __ATOMIC_RELEASE);
    timer_heap_add(&cpu->timers.first, t);
    spin_unlock(&cpu->timers.lock);
}

/* Never two queues' locks at once. */
void timers_take_over(struct cpu *cpu)
{
    critical_t state = critical_enter();
    struct timer_queue *own = &cpu_this()->timers;
    struct timer *t;

    while ((t = take_first(&cpu->timers)) != NULL) {
        put(cpu_this(), t);
        __atomic_store_n(&cpu->timers.running, NULL, __ATOMIC_RELEASE);
    }
    cpu->timers.programmed = NSEC_FOREVER;
    spin_lock(&own->lock);
    program(own);
    spin_unlock_irqrestore(&own->lock, state);
}

static void bind(struct timer_queue *q)
{
    int port;

    hypercall_vcpu_op(VCPUOP_stop_periodic_timer, cpu_this()->number, NULL);
    port = event_bind_virq(VIRQ_TIMER, on_timer, NULL);
    assert_that(port >= 0, "timer: binding VIRQ_TIMER of vCPU %u: error %d", cpu_this()->number,
                port);
    q->port = (evtchn_t)port;
}

void timers_init(void)
{
    static const struct wait_timers wait_timers = {timer_start, timer_cancel};
    struct timer_queue *q = &cpu_this()->timers;

    *q = (struct timer_queue){.lock = SPINLOCK(LOCK_TIMERS), .programmed = NSEC_FOREVER};
    bind(q);
    wait_set_timers(&wait_timers);
}

void timers_resume(bool cancelled)
{
    struct timer_queue *q = &cpu_this()->timers;

    if (!cancelled) {
        bind(q);
    }
    q->programmed = NSEC_FOREVER;
    program(q);
}
