/*
 * The monotonic clock: nanoseconds since the host started, from Xen's clock page and the time-stamp counter.
 *
 * Document: struct vcpu_time_info in the public header xen/xen.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

/** Now: on no vCPU earlier than what any has seen before. Context: any, after cpu_register_info; it is 0 before. */
nsec_t clock_monotonic(void);

/** The nanoseconds that `ticks` of the time-stamp counter take. */
static inline nsec_t clock_ticks(const struct vcpu_time_info *time, uint64_t ticks)
{
    ticks = time->tsc_shift >= 0 ? ticks << time->tsc_shift : ticks >> -time->tsc_shift;
    /* The product has up to 96 bits: 64-bit arithmetic would wrap after four seconds. */
    return (nsec_t)((unsigned __int128)ticks * time->tsc_to_system_mul >> 32);
}

/** The time that `time` gives for the counter value `tsc`. For tests and for clock_monotonic. */
nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc);
