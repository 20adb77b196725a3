/*
 * Run queues: the threads that are ready to run on one vCPU, by priority; within a priority, first come, first served.
 *
 * The functions do not lock: the caller holds the queue's lock. They touch a thread's `ready` and `queued` alone.
 */
#pragma once

#include <stardust/list_type.h>
#include <stardust/spinlock_type.h>
#include <stardust/types.h>

struct thread;

#define THREAD_PRIORITIES       32 /* from 0, the lowest, to 31 */
#define THREAD_PRIORITY_DEFAULT 16

struct runqueue {
    struct spinlock lock; /* protects the fields below, and what struct thread says */
    uint32_t occupied;    /* bit n: ready[n] is not empty; others read it as a hint */
    unsigned count;       /* threads in all lists; others read it as a hint */
    struct list ready[THREAD_PRIORITIES];
};

/** Make `q` empty, and its lock free. */
void runqueue_init(struct runqueue *q);

/** Put `t`, which is in no queue, behind the others of its priority. */
void runqueue_add(struct runqueue *q, struct thread *t);

/** Put `t`, which is in no queue, before the others of its priority: it was interrupted before its time was over. */
void runqueue_add_first(struct runqueue *q, struct thread *t);

/** Take out the first thread of the highest priority that has one. NULL: the queue is empty. */
struct thread *runqueue_take(struct runqueue *q);

/** Take `t` out, which is in `q`. */
void runqueue_remove(struct runqueue *q, struct thread *t);

/** The highest priority that has a thread; -1: the queue is empty. */
int runqueue_highest(const struct runqueue *q);

/**
 * Take out the thread that `runqueue_take` would take last of those that may run on the vCPU `cpu`, for that vCPU to run it.
 * NULL: there is none.
 */
struct thread *runqueue_steal(struct runqueue *q, unsigned cpu);
