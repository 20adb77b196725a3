/*
 * Timers: a function is called when the monotonic clock has reached a time. There is no periodic tick.
 *
 * A timer belongs to the vCPU that started it, and its function is called there, in an upcall. Each vCPU has a heap of its
 * timers and asks Xen for the earliest alone. Document: VCPUOP_set_singleshot_timer in the public header xen/vcpu.h.
 */
#pragma once

#include <stardust/timer_queue.h>
#include <stardust/types.h>

struct cpu;
struct timer;

/** Called once the time has come; the timer may be started again. Context: upcall, no lock held. */
typedef void timer_function(struct timer *timer);

struct timer {
    timer_function *function; /* never changes */
    nsec_t deadline;          /* timer_queue.lock, as are all fields below */
    bool queued;              /* it is in the queue of `cpu` */
    struct cpu *
        cpu; /* in whose queue it is, or whose upcall calls its function; NULL: none; read without the lock */
    struct timer *child;    /* the first of the timers that come no earlier */
    struct timer *next;     /* the next child of the same parent */
    struct timer *previous; /* the one before among the children; of the first child, the parent */
};

/** Make `timer` one that is not started. */
static inline void timer_init(struct timer *timer, timer_function *function)
{
    *timer = (struct timer){.function = function};
}

/** Let this vCPU have timers: VIRQ_TIMER is bound, Xen's periodic tick stopped. Context: boot of each vCPU. */
void timers_init(void);

/**
 * After the domain was suspended: ask Xen for this vCPU's earliest timer again, and, unless that was cancelled, for VIRQ_TIMER.
 * Context: suspend.c, upcalls masked.
 */
void timers_resume(bool cancelled);

/**
 * Make all timers of `cpu`, which has gone down, this vCPU's. They may be cancelled meanwhile. Context: thread, of another
 * vCPU.
 */
void timers_take_over(struct cpu *cpu);

/**
 * Have the function called at `deadline` or soon after; at once, in an upcall, when that is past. NSEC_FOREVER: never.
 * Context: any; the timer is not started.
 */
void timer_start(struct timer *timer, nsec_t deadline);

/**
 * Stop the timer. When it returns, the function is not running, and will not be called. Context: any but the function
 * itself; no lock held that the function takes. Returns whether it was stopped before its function was called.
 */
bool timer_cancel(struct timer *timer);
