/*
 * Regions: parts of the address space, reserved for something, and the pages behind them.
 *
 * Reserving takes addresses only; pages come with region_commit, or one by one at the first touch when the region is
 * REGION_ON_DEMAND. Before and after each region lies at least one page in which nothing is mapped: running out of a region
 * is a fault that names it.
 */
#pragma once

#include <stardust/pagetable.h>
#include <stardust/types.h>

enum region_kind {
    REGION_COMMITTED, /* pages come with region_commit */
    REGION_ON_DEMAND, /* a page of zeroes comes at the first touch of each page */
};

struct region {
    const char *name; /* as shown in reports */
    uintptr_t start;  /* page-aligned */
    size_t size;      /* in bytes, whole pages */
    enum region_kind kind;
    struct region *next; /* in the order of addresses; the lock of the list of regions */
};

/**
 * Reserve `size` bytes, rounded up to whole pages, for `name` (which must live as long as the region).
 *
 * Context: thread, no spinlock held. Returns NULL when addresses or memory have run out.
 */
struct region *region_reserve(const char *name, size_t size, enum region_kind kind);

/**
 * Put pages of zeroes behind `size` bytes at `offset`, both multiples of PAGE_SIZE, inside the region.
 *
 * Context: thread. Returns 0; -XEN_ENOMEM; -XEN_EINVAL when outside or not page-aligned. On an error nothing was committed.
 */
int region_commit(struct region *region, size_t offset, size_t size);

/** Free the pages behind `size` bytes at `offset`; what was never touched is skipped. Context: thread. */
void region_decommit(struct region *region, size_t offset, size_t size);

/** Free the region, its pages and its addresses. Context: thread, no spinlock held; nobody may use it. */
void region_release(struct region *region);

/**
 * The region that `address` lies in, or NULL. Nobody may release it as long as the caller uses it.
 * Context: any but a report; LOCK_REGIONS in the order of locks.
 */
const struct region *region_of(uintptr_t address);

/**
 * The region whose guard `address` touches: it lies in the page just before or just after it. NULL: none.
 * Context: a report, as it takes no lock.
 */
const struct region *region_guarding(uintptr_t address);

/** Let the first touch of a page in a REGION_ON_DEMAND region work. Context: boot. */
void region_init(void);
