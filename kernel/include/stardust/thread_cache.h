/*
 * The memory of ended threads that each vCPU keeps for new ones. For kernel/sched/stack.c and struct cpu.
 */
#pragma once

#define THREAD_CACHE_SIZE 4 /* threads that a vCPU keeps at most: 36 KiB each */

struct thread;

/** Used by its own vCPU alone, with preemption disabled; no upcall uses it. All zero at first. */
struct thread_cache {
    unsigned count;
    struct thread
        *threads[THREAD_CACHE_SIZE]; /* all ran here last, and are in the list of all threads */
};
