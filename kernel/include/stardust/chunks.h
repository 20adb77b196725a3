/*
 * Chunks: memory comes to the frame allocator 4 MiB at a time.
 *
 * What the domain builder mapped is taken in at boot. The rest has no mapping then; the next chunk gets one, at its place
 * behind the memory that is mapped already, when the allocator runs low.
 */
#pragma once

#include <stardust/types.h>

/** Give the frame allocator what the domain builder mapped and left unused. Context: boot. */
void chunks_init(void);

/**
 * Take in the next chunk. Context: as frames_alloc, which calls it.
 *
 * Returns whether there is more free memory now: false when all is taken in, or when called from inside itself, by
 * the allocation of a page table.
 */
bool chunks_take_in(void);

/** Pages that were not taken in yet. */
size_t chunks_untouched(void);
