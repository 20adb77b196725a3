/*
 * The monotonic clock: nanoseconds since the host started, from Xen's clock page and the time-stamp counter.
 *
 * Document: struct vcpu_time_info in the public header xen/xen.h.
 */
#pragma once

#include <stardust/types.h>

struct vcpu_time_info;

/** Now. Context: any, after cpu_register_info; it is 0 before. */
nsec_t clock_monotonic(void);

/** The time that `time` gives for the counter value `tsc`. For tests and for clock_monotonic. */
nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc);
