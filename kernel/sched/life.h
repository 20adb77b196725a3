/*
 * The parts of a thread's life that the scheduler and thread.c share.
 */
#pragma once

#include <stardust/thread.h>

/** Add `t` to the list of all threads, and give it its number. Context: any. */
void thread_list_add(struct thread *t);

/** Take it out. */
void thread_list_remove(struct thread *t);

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

/** Let go of what the C library keeps about `t`, which is the caller. Context: thread, no spinlock held. */
void thread_end_library(struct thread *t);
