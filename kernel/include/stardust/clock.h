/*
 * The monotonic clock: nanoseconds, from Xen's clock page and the time-stamp counter.
 *
 * It begins as Xen's own clock, which counts from the start of the host. It stands still while the domain is suspended, and
 * goes on from there whatever Xen's clock, on that host or on another one, says then. So deadlines are as far away after it
 * as before.
 *
 * Document: struct vcpu_time_info in the public header xen/xen.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

/** Now: on no vCPU earlier than what any has seen before. Context: any, after cpu_register_info; it is 0 before. */
nsec_t clock_monotonic(void);

/** How much it is ahead of Xen's clock; changed by clock_resume alone, while nothing else runs. */
extern nsec_t clock_offset;

/** What Xen's clock says when ours says `time`: for deadlines that Xen is given. 0 is none for it, and is never returned. */
static inline nsec_t clock_of_xen(nsec_t time)
{
    int64_t theirs = (int64_t)(time - clock_offset);

    return time == NSEC_FOREVER ? NSEC_FOREVER : theirs > 0 ? (nsec_t)theirs : 1;
}

/** Let the clock stand still, and go on. Context: suspend.c, nothing else runs. */
void clock_suspend(void);
void clock_resume(void);

/** The nanoseconds that `ticks` of the time-stamp counter take. */
static inline nsec_t clock_ticks(const struct vcpu_time_info *time, uint64_t ticks)
{
    ticks = time->tsc_shift >= 0 ? ticks << time->tsc_shift : ticks >> -time->tsc_shift;
    /* The product has up to 96 bits: 64-bit arithmetic would wrap after four seconds. */
    return (nsec_t)((unsigned __int128)ticks * time->tsc_to_system_mul >> 32);
}

/** The time that `time` gives for the counter value `tsc`. For tests and for clock_monotonic. */
nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc);
