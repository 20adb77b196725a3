/*
 * What the scheduler and the way into a run queue share.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>

/** Whether `t` may come into the queue of `cpu`, whose lock is held. A vCPU that goes down says so, then empties its queue. */
static inline bool ready_may_come(const struct cpu *cpu, const struct thread *t)
{
    return (t->affinity & __atomic_load_n(&cpus_online, __ATOMIC_RELAXED)) >> cpu->number & 1;
}
