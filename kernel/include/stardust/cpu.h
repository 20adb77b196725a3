/*
 * Per-CPU data, and the few instructions that C has no words for.
 */
#pragma once

#include <stardust/event_ports.h>
#include <stardust/heap_cache.h>
#include <stardust/page_cache.h>
#include <stardust/preemption.h>
#include <stardust/runqueue.h>
#include <stardust/runstate.h>
#include <stardust/spinlock_type.h>
#include <stardust/thread_cache.h>
#include <stardust/timer.h>
#include <stardust/types.h>

#include <xen/xen.h>

struct thread;

/** What each vCPU has for itself; %gs points at it. Where no comment says otherwise, only that vCPU uses a field. */
struct cpu {
    struct cpu *self;        /* where this structure is: C reads it through %gs */
    struct thread *current;  /* who runs here; NULL before threads begin; runqueue.lock */
    uint32_t preemption;     /* see preemption.h */
    unsigned number;         /* from 0 on; never changes */
    struct thread *idle;     /* who runs here when nobody else can; never changes */
    struct thread *previous; /* whom the last switch left, until `finish` in schedule.c */
    evtchn_t
        reschedule_port; /* an event to it makes this vCPU look at its run queue; 0: none yet */
    evtchn_t kick_port;  /* an event to it ends this vCPU's wait for a spinlock; 0: none yet */
    const void *
        spin_target; /* the spinlock for which this vCPU sleeps in Xen; NULL: none; read by others */
    uint32_t spin_ticket; /* its ticket there; written before spin_target */

    /* What Xen and this vCPU tell each other. Aligned to its size, so that it does not cross into another page. */
    struct vcpu_info info __attribute__((aligned(64)));

    struct runqueue runqueue; /* has a lock of its own: others add to it and take from it */
    struct timer_queue timers;
    struct timer slice; /* ends the time slice of `current`: see slice.h */
    bool
        slice_watched; /* somebody waited for that when we looked last, and the timer was started */
    struct runstate runstate;
    struct event_ports events;
    struct held_locks held;
    struct heap_cache heap;
    struct page_cache pages;
    struct thread_cache threads;
};

/** The data of each vCPU that is up or coming up; NULL for the others. Written by the vCPU that brings them up. */
extern struct cpu *cpus[CPUS_MAX];

/** The vCPUs that run threads: each adds itself when it is ready, and takes itself out before it goes down. Atomic. */
extern cpu_mask_t cpus_online;

/** Those that were ever online. Only grows; atomic. */
extern cpu_mask_t cpus_started;

/** Point %gs at the first vCPU's data. Context: boot, before anything uses cpu_this. */
void cpu_init_first(void);

/** Let Xen and this vCPU meet in `info` from now on. Context: boot, after start_info_read, upcalls masked. */
void cpu_register_info(struct cpu *cpu);

/** This vCPU's data. Context: any in which we cannot move to another vCPU. */
static inline struct cpu *cpu_this(void)
{
    struct cpu *cpu;

    __asm__ volatile("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/** How many vCPUs this domain has, counted by asking Xen for each. Context: any. */
unsigned cpu_count(void);

/** The time-stamp counter, perhaps read some instructions earlier: to measure by, not to compare with other memory. */
static inline uint64_t cpu_ticks(void)
{
    uint64_t low, high; /* the upper half of each becomes 0 */

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return high << 32 | low;
}

/** The time-stamp counter, read after all earlier loads are done. */
static inline uint64_t cpu_tsc(void)
{
    __asm__ volatile("lfence" : : : "memory");
    return cpu_ticks();
}

/** Tell the processor that we are waiting for another one. */
static inline void cpu_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}
