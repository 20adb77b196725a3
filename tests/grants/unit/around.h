/*
 * The kernel around grant_map.c and grant_copy.c: a guest with memory and page tables, beside a second domain that grants to it.
 */
#pragma once

#include <stardust/grant_map.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/grant.h>
#include <tests/fakexen/runner/test.h>

/** A new domain, whose memory the frame allocator has. */
void around_start(void);

/** How often thread_sleep was called, and regions that are reserved now. */
extern unsigned around_sleeps, around_regions;

/** Let the next call of heap_alloc find no memory. */
extern bool around_heap_empty;

/** Check that Xen had nothing to complain about, that no translation is left, and nothing is mapped by way of a grant. */
void around_check_clean(size_t free_pages);

/** Pages that can be allocated. */
size_t around_free_pages(void);
