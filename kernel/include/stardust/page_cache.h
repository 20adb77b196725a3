/*
 * The pages that each vCPU keeps for itself, in front of the frame allocator. For frames.h and struct cpu.
 */
#pragma once

#include <stardust/types.h>

#define FRAME_CACHE_SIZE 32 /* pages that a vCPU keeps for itself at most */

/** Used by its own vCPU alone, inside critical sections. All zero at first. */
struct page_cache {
    unsigned count;
    pfn_t pages[FRAME_CACHE_SIZE];
};
