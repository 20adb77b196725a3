/*
 * Threads: functions that run at the same time, each with a stack of its own, in the one address space.
 *
 * A thread runs on some vCPU until it waits for something, ends, yields, or is preempted: by one of higher priority, or by
 * one of its own priority when its time slice is over (from level 4 on; below that, threads run until they give way).
 * Its structure lies at the upper end of its stack's memory, so that both come and go together.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/list_type.h>
#include <stardust/runqueue.h>
#include <stardust/types.h>
#include <stardust/wait_queue.h>

#define THREAD_NAME_SIZE  16
#define THREAD_STACK_SIZE 0x8000 /* bytes: newlib's printf of a double takes about 6 KiB */

enum thread_state {
    THREAD_READY,   /* in a run queue, or on its way into one */
    THREAD_RUNNING, /* on a vCPU */
    THREAD_WAITING, /* until thread_wake */
    THREAD_EXITED,  /* never again */
};

struct thread {
    void *
        stack_pointer; /* while it does not run: see switch.S, which relies on its place; runqueue.lock */
    enum thread_state
        state;       /* this and the fields down to `wake_pending`: the lock of cpu's run queue */
    struct cpu *cpu; /* where it runs, or ran last; changed with the lock of the old one's queue */
    struct list ready; /* its place in the run queue */
    bool queued;       /* it is in cpu's run queue */
    bool gone;         /* it has ended and left its stack; read without the lock */
    bool wake_pending; /* thread_wake came while it was still on its way to thread_block */
    uint8_t priority;  /* below THREAD_PRIORITIES; a higher number goes first */
    cpu_mask_t
        affinity; /* where it may run: what it asked for, or everywhere while no vCPU of that is online */
    cpu_mask_t asked; /* the affinity that it asked for */
    int64_t
        slice_left; /* ticks of its slice, or owed below 0; the vCPU that it runs on writes it */
    uint64_t ran;   /* ticks on a processor, what others stole taken off; likewise */

    char name[THREAD_NAME_SIZE];
    void *(*entry)(void *);
    void *argument;
    uint8_t begins_masked; /* whether upcalls were masked where it was made: it begins likewise */
    const char *stack_start, *stack_end; /* its stack is [start, end) */
    struct region *memory;    /* in which it and its stack lie; NULL: not made by thread_create */
    uintptr_t thread_pointer; /* the base of %fs while it runs */
    void *fpu;                /* where its registers are kept when it is preempted: see fpu.h */
    void *library;            /* what the C library keeps about it */
    unsigned number;          /* from 1 on, in the order of creation */
    const char *waits_for; /* what it waits for, in words; NULL: it does not; a hint for reports */

    struct spinlock lock; /* LOCK_WAIT; protects the fields below */
    bool ended;           /* it is on its way out: see schedule_wait_left */
    bool detached;        /* nobody will join it; does not change once `ended` */
    bool joining;         /* somebody does */
    void *result;
    struct wait_queue joiner;

    struct list all; /* in the list of all threads; its lock */
    bool kept;       /* it has been freed, and waits to become a new thread; a hint for reports */
    bool usual;      /* its stack has the usual size; never changes */
};

/** How a thread is to be. Zero means the value in brackets. */
struct thread_options {
    const char *name;    /* copied, cut off after THREAD_NAME_SIZE - 1 characters ("thread") */
    size_t stack_size;   /* bytes, rounded up to whole pages (THREAD_STACK_SIZE) */
    int priority;        /* plus THREAD_PRIORITY_DEFAULT: from -16 to 15 (0) */
    cpu_mask_t affinity; /* vCPUs on which it may run, one of them online (all) */
    bool detached;       /* its memory is freed when it ends, and nobody may join it (no) */
    bool stopped;        /* it begins only with the first thread_wake (no) */
};

/** The thread that runs this. NULL before threads_init. Context: any. */
static inline struct thread *thread_current(void)
{
    struct thread *t;

    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(t) : "i"(offsetof(struct cpu, current)));
    return t;
}

/**
 * Make a thread that calls `entry(argument)`, and let it run. `options` may be NULL.
 *
 * Context: thread, no spinlock held.
 * Returns 0 with the thread in `*thread` (if `thread` is not NULL); -XEN_ENOMEM; -XEN_EINVAL when the options make no
 * sense. What the function returns is the thread's result.
 */
int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument);

/** End this thread with `result`. Context: thread, no spinlock held. */
_Noreturn void thread_exit(void *result);

/**
 * Wait until `t` has ended, and free it; nobody may use it any more. `result` may be NULL.
 *
 * Context: thread, no spinlock held; `deadline`: see wait.h.
 * Returns 0; -XEN_EDEADLK when it is the caller; -XEN_EINVAL when it is detached or somebody else joins it;
 * -XEN_ETIMEDOUT: then it is as before.
 */
int thread_join(struct thread *t, void **result, nsec_t deadline);

/** Let `t` be freed as soon as it has ended. Returns 0; -XEN_EINVAL when it is detached, or somebody joins it. */
int thread_detach(struct thread *t);

/** Let another thread of the same or a higher priority run, if one is ready. Context: thread, no spinlock held. */
void thread_yield(void);

/** Sleep until the monotonic clock has reached `deadline`. From level 4 on. Context: thread, no spinlock held. */
void thread_sleep(nsec_t deadline);

/** Change `t`'s priority. Returns 0; -XEN_EINVAL when there is no such priority. Context: thread or upcall. */
int thread_set_priority(struct thread *t, unsigned priority);

/**
 * Let `t` run on the vCPUs in `affinity` alone. If it is the caller it is on one of them when this returns. Should all of
 * them go down (vcpu_plug.h), it runs on any until one comes back.
 * Context: thread, no spinlock held. Returns 0; -XEN_EINVAL when no vCPU of them is up.
 */
int thread_set_affinity(struct thread *t, cpu_mask_t affinity);

/** Nanoseconds that `t` had a processor, without what others stole. Exact for the caller and for who does not run. */
nsec_t thread_cpu_time(struct thread *t);

/** The most bytes that were in use on `t`'s stack, by it or by a thread that had the same stack before. Slow. */
size_t thread_stack_used(const struct thread *t);

/** Print every thread: what it does, where, and how much of its stack and of the processors it used. Context: any. */
void threads_print(void);

/** The code that runs becomes the first thread, "main". Context: boot. */
void threads_init(void);

/**
 * Let `end` be called with a thread's `library`, unless that is NULL, when the thread exits: in it, and as the last thing that
 * it does. Calling this again with the same function does nothing. Context: any.
 */
void thread_set_library_end(void (*end)(void *library));
