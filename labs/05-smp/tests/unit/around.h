/*
 * The kernel around the student's files: a fake domain, and stand-ins for what they call, which note what was asked of them.
 */
#pragma once

#include <kernel/cpu/smp_parts.h>

#include <stardust/smp.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS 4

/* The files under test as they are built for the kernel, for the explorer. */
void as_built_spinlock_take(struct spinlock *lock);
bool as_built_spinlock_try(struct spinlock *lock);
void as_built_spinlock_give(struct spinlock *lock);
void as_built_smp_init(void);
extern const char as_built_smp_begin[];

/** A domain whose `vcpus` vCPUs all run, each with a port to be kicked by. */
void around_start(unsigned vcpus);

/** The same, as good as new: for many runs in one test. */
void around_again(unsigned vcpus);

/** A domain as Xen starts it: of `vcpus` vCPUs one is up, and the kernel has read what Xen told it. */
void around_start_of_day(unsigned vcpus);

/** What the stand-ins were asked for. */
struct around {
    unsigned blocks;                 /* of the heap, in use */
    unsigned blocks_left;            /* as many calls until the heap is empty; 0: it never is */
    unsigned idle_threads[CPUS_MAX]; /* [vCPU]: how often thread_make_idle was called */
    unsigned schedules;              /* calls of schedule_init */
    cpu_mask_t ready;                /* who has called smp_init_this */
    cpu_mask_t idle;                 /* who has called schedule_idle */
    bool too_early;                  /* somebody was in cpus_online before it was ready */
    bool first_ready;                /* smp_init_first was called */
    void (*at_idle)(void);           /* if set: called by schedule_idle, and does not return */
    nsec_t tick;                     /* how long a look at the clock takes */
};

extern struct around around;

/** How long others are waited for. */
#define AROUND_PATIENCE (10 * NSEC_PER_SEC)

/** The stack of `t` has this many bytes. */
#define AROUND_STACK 0x4000
