/*
 * Mapping machine frames that are not this guest's memory: Xen's own, and those of other domains.
 *
 * pagetable.h knows pages of ours only. So a place is opened first, which makes its page tables and shows a page of zeroes
 * there, and then the last-level entry alone changes, by foreign_set or by Xen (a grant's mapping). An open place must be
 * closed before its region is released.
 */
#pragma once

#include <stardust/pagetable.h>
#include <stardust/part.h>
#include <stardust/types.h>

/** Get the page of zeroes. Panics when there is no memory. Context: boot. */
void foreign_init(void) OPTIONAL;

/** Make the tables for the page at `va`. Context: as pagetable_map, which says what is returned. */
int foreign_open(uintptr_t va);

/** Map the machine frame `mfn` at the open place `va`. Context: thread or upcall. Returns 0, or -XEN_E* when Xen refuses. */
int foreign_set(uintptr_t va, mfn_t mfn, enum access access);

/**
 * Show the page of zeroes there again, read-only; also after Xen has removed the entry. No vCPU can reach what was there.
 * Context: thread or upcall.
 */
void foreign_clear(uintptr_t va);

/** Clear the place, and map nothing there. Context: thread. */
void foreign_close(uintptr_t va);
