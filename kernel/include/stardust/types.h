/*
 * The scalar types that the whole kernel shares, each with its unit.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pfn_t;    /* a page frame as this guest numbers its memory, from 0 on */
typedef uint64_t mfn_t;    /* a machine frame: the page as the hypervisor numbers it */
typedef uint64_t nsec_t;   /* nanoseconds; as a deadline: of the monotonic clock */
typedef uint32_t evtchn_t; /* an event channel's port */
typedef uint32_t grant_t;  /* a grant reference: a row of the grant table */

typedef uint32_t cpu_mask_t; /* a set of vCPUs: bit n is vCPU n */

#define CPUS_MAX     32 /* vCPUs that this kernel can use: as many as cpu_mask_t has bits */
#define CPU_MASK_ALL (~(cpu_mask_t)0)

#define NSEC_PER_USEC ((nsec_t)1000)
#define NSEC_PER_MSEC ((nsec_t)1000000)
#define NSEC_PER_SEC  ((nsec_t)1000000000)
#define NSEC_FOREVER  ((nsec_t)INT64_MAX) /* a deadline that never comes */

/** The number of elements of the array `a`. */
#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))
