/*
 * Per-CPU data, and the few instructions that C has no words for.
 */
#pragma once

#include <stardust/heap_cache.h>
#include <stardust/types.h>

struct vcpu_info;

/** What each vCPU has for itself; %gs points at it. */
struct cpu {
    struct cpu *self; /* where this structure is: C reads it through %gs */
    unsigned number;  /* from 0 on */

    struct vcpu_info *vcpu; /* what Xen and this vCPU tell each other */
    struct heap_cache heap;
};

/** Point %gs at the first vCPU's data. Context: boot, before anything uses cpu_this. */
void cpu_init_first(void);

/** This vCPU's data. Context: any in which we cannot move to another vCPU. */
static inline struct cpu *cpu_this(void)
{
    struct cpu *cpu;

    __asm__("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/** How many vCPUs this domain has, counted by asking Xen for each. Context: any. */
unsigned cpu_count(void);

/** The time-stamp counter, read after all earlier loads are done. */
static inline uint64_t cpu_tsc(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}
