/*
 * Several vCPUs: bringing them up, asking them to do something, stopping them.
 */
#pragma once

#include <stardust/cpu.h>

/** Let this vCPU be called, and be stopped. Context: boot of each vCPU; of the first. */
void smp_calls_init_this(void);
void smp_stop_init(void);

/** Bring up all vCPUs of this domain, at most CPUS_MAX. Panics when one does not come within ten seconds. Context: boot. */
void smp_init(void);

/** Make the vCPU `cpu` look at its run queue. Context: any. */
void smp_reschedule(struct cpu *cpu);

/**
 * Call `function(argument)` on each vCPU in `cpus` that is online, this one too, and wait until all have returned.
 *
 * The function runs in an upcall. Context: thread, upcalls not masked, no spinlock held.
 */
void smp_call(cpu_mask_t cpus, void (*function)(void *argument), void *argument);

/** Let nobody call other vCPUs until smp_calls_release: one of them goes down. Context: thread, no spinlock held. */
void smp_calls_hold(void);
void smp_calls_release(void);

/**
 * Stop all other vCPUs for ever, as they are, for the report of a panic. Context: any.
 *
 * Returns those that did not stop within a second.
 */
cpu_mask_t smp_stop_others(void);
