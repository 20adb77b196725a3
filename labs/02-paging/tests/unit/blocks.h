/*
 * Memory for the frame allocator alone, and what must hold of its blocks.
 */
#pragma once

#include <stardust/frames.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

/** Page records for `pages` pages, none of which the allocator has. No page of them can be touched. */
void blocks_start(size_t pages);

/** The same, and all of them free. */
void blocks_start_free(size_t pages);

/** Give the allocator the block of 2^`order` pages at `pfn`, as if it had been allocated. */
void blocks_give(pfn_t pfn, unsigned order);

/**
 * Check that blocks lie in memory, aligned to their size, and do not overlap; that no two free ones should have been
 * joined; that frames_statistics counts the same; and that upcalls are not masked any more. `where`: the function that
 * was called last.
 */
void blocks_check(const void *where);

/** A use as frames.h calls it. */
const char *blocks_use_name(unsigned use);

/** Check the number of free blocks of `order`. */
void blocks_check_count(unsigned order, size_t expected, const char *usually, const void *where);
