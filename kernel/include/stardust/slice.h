/*
 * Time slices: threads of the same priority take turns on a vCPU.
 *
 * A slice is SLICE of time on a processor: what others stole from the vCPU does not count. It is measured only while somebody
 * else of the same priority is ready; a thread alone runs without any timer. By what a slice was too long, since its end came
 * late, the thread's next ones are shorter. On several vCPUs a thread whose slice is over goes on to another one: balance.c.
 */
#pragma once

#include <stardust/types.h>

#define SLICE (10 * NSEC_PER_MSEC)

struct cpu;

/** Have threads preempted, on the first vCPU for the time being. Context: boot, after timers_init. */
void preempt_init(void);

/** Have them preempted on this vCPU too. Context: boot of each other vCPU, after timers_init. */
void preempt_init_this(void);

/** What is left of the slice of the thread that runs on this vCPU; 0: it is over. Context: the run queue's lock held. */
nsec_t slice_left(struct cpu *cpu);

struct thread;

/** Let this vCPU look again when the slice of `running` is over, if somebody waits for that. Context: as slice_left. */
void slice_watch(struct cpu *cpu, const struct thread *running);
