/*
 * The parts of a thread's life that the scheduler and thread.c share.
 */
#pragma once

#include <stardust/thread.h>

/**
 * Add `t` to the list of all threads, unless it is there, and give it its number and its affinity. `asked` is where it wants
 * to run; 0: anywhere. Context: any.
 */
void thread_list_add(struct thread *t, cpu_mask_t asked);

/** Take it out. */
void thread_list_remove(struct thread *t);

/** Call `function` for each thread. Context: any; the function may take the locks that come after LOCK_THREADS. */
void thread_list_each(void (*function)(struct thread *t));

/** Where a thread that asked for `asked` may run as long as the same vCPUs are online. */
static inline cpu_mask_t thread_affinity_now(cpu_mask_t asked)
{
    return asked & __atomic_load_n(&cpus_online, __ATOMIC_SEQ_CST) ? asked : CPU_MASK_ALL;
}

/** Have it so that `t`, which is not the caller, runs where it may now: other vCPUs are online than before. Context: any. */
void thread_settle(struct thread *t);

/**
 * Make a thread like thread_create does, but let it stay out of every run queue: idle threads are switched to by other means.
 * Returns NULL when there is no memory.
 */
struct thread *thread_make(const struct thread_options *options, void *(*entry)(void *),
                           void *argument);

/** The idle thread of the vCPU `cpu`. Panics when there is no memory. */
struct thread *thread_make_idle(unsigned cpu);

/** Free `t`, which has left its stack for the last time. Context: any. */
void thread_free(struct thread *t);

/** Let go of what the C library keeps about `t`, which is the caller: `library`, not NULL. Context: thread, no spinlock held. */
void thread_end_library(struct thread *t);
