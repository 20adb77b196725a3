/*
 * How long this vCPU really ran: Xen counts the time that others had instead of us.
 *
 * Document: struct vcpu_runstate_info in the public header xen/vcpu.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

#include <xen/vcpu.h>

/** Xen writes the first part, whenever the vCPU is taken from or put on a processor. */
struct runstate {
    struct vcpu_runstate_info info __attribute__((aligned(64)));
    int64_t slice;    /* SLICE in ticks of the time-stamp counter */
    uint64_t charged; /* the counter until which time is charged to threads: see slice.h */
    uint64_t seen;    /* info.state_entry_time when `stolen` was computed */
    nsec_t stolen;    /* nanoseconds that the vCPU wanted to run and could not */
};

/** Whether somebody had the processor instead of us since `stolen` was computed. Context: upcalls masked. */
static inline bool runstate_changed(const struct runstate *r)
{
    return *(const volatile uint64_t *)&r->info.state_entry_time != r->seen;
}

struct cpu;

/** Have Xen count for this vCPU. Context: boot of each vCPU. */
void runstate_init(struct cpu *cpu);

/** Nanoseconds, since it was made, in which this vCPU wanted to run and could not. Context: upcalls masked. */
nsec_t runstate_stolen(struct cpu *cpu);
