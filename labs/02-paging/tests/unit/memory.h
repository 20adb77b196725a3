/*
 * A fake domain with the kernel's memory in it, and what must hold of both after each call.
 */
#pragma once

#include <stardust/frames.h>
#include <stardust/pagetable.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS 4
#define WINDOW                                                                                     \
    ((uintptr_t)FAKEXEN_WINDOW) /* where tests map: nothing is there at first, not even tables */

#define MIB_2   ((uintptr_t)1 << 21) /* what one last-level table maps */
#define GIB_1   ((uintptr_t)1 << 30) /* what the table above it maps */
#define GIB_512 ((uintptr_t)1 << 39)

/** Boot the kernel's memory in a new domain of `pages` pages. */
void memory_start(size_t pages);

/** Pages that can be had: free ones, and those in the cache. */
size_t memory_free(void);

/** Take pages from page_alloc until `left` of them can be had; no more memory is taken in. They are never given back. */
void memory_use_up(size_t left);

/** `count` pages of our own, of page_alloc, in an order that follows from the seed. */
const pfn_t *memory_pages(size_t count);

/**
 * Check that no rule of Xen's was broken, that every vCPU has forgotten what it must not know any more, that page tables and
 * nothing else are page tables, and that upcalls are not masked. `where`: the function that was called last.
 */
void memory_check(const void *where);

/** What the domain's memory is used for. */
struct memory_state {
    size_t free;      /* pages that can be had */
    size_t tables[5]; /* [level]: page tables */
    size_t pinned;
};

/** Count. */
struct memory_state memory_state(void);

/** memory_check(), and that nothing was lost or left since `before`. */
void memory_check_same(const struct memory_state *before, const char *usually, const void *where);

/** Check that `va` is mapped to the page `pfn` with `access`, by what Xen's tables say and by looking there. */
void memory_check_mapped(uintptr_t va, pfn_t pfn, enum access access, const void *where);

/** Check that nothing is mapped from `va` on for `count` pages. */
void memory_check_unmapped(uintptr_t va, size_t count, const char *usually, const void *where);

/** Forget what Xen refused: it was meant to be. */
void memory_forgive(void);

/** What Xen refused to, in a few words for a failure's text. */
const char *memory_access_name(enum access access);
