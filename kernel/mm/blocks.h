/*
 * Blocks of memory of any size and alignment, which is what the heap is above: small ones are objects in slabs, medium
 * ones whole pages in a row, large ones regions. The functions of stardust/heap.h stand on these: heap.c, and in a
 * debug build heap_debug.c instead.
 */
#pragma once

#include <stardust/heap.h>

#include <kernel/mm/slab.h>

/* Larger blocks are regions, and so are those for which there are not enough pages in a row. */
#define HEAP_MEDIUM_MAX ((size_t)PAGE_SIZE << FRAME_ORDER_MAX)

/** Allocate what is not small, or not aligned to HEAP_ALIGNMENT only. Context and results: heap_alloc_aligned. */
void *block_alloc_slow(size_t size, size_t alignment);

/** Free what is not in a slab. NULL is allowed; panics when it is not a block. */
void block_free_slow(void *memory);

/** Have others free what they keep and could do without: see heap_when_short. Context: that of heap_alloc. */
void block_give_back(void);

/** The bytes that the block at `memory` has. Panics when it is not a block. */
size_t block_size(const void *memory);

/** In large.c: blocks of whole pages. NULL: there is no memory; false and 0: not such a block. */
void *medium_alloc(size_t size, size_t alignment);
bool medium_free(void *memory);
size_t medium_size(const void *memory);
void *large_alloc(size_t size, size_t alignment);
bool large_free(void *memory);
size_t large_size(const void *memory);

static inline void *block_alloc(size_t size)
{
    if (__builtin_expect(size > HEAP_SMALL_MAX, 0)) {
        return block_alloc_slow(size, HEAP_ALIGNMENT);
    }
    return slab_alloc(class_of_units[(size + HEAP_UNIT - 1) / HEAP_UNIT]);
}

/** The record of the slab in which an object begins at `memory`; NULL: none does. */
static inline const struct frame *slab_of(const void *memory)
{
    pfn_t pfn = virtual_to_pfn(memory);

    if (__builtin_expect(!frame_exists(pfn) || frame_of(pfn)->use != FRAME_HEAP ||
                             !slab_begins_at(frame_of(pfn)->size_class, memory),
                         0)) {
        return NULL;
    }
    return frame_of(pfn);
}

/** Free the block at `memory`. NULL, which is in no slab, is allowed. Panics when it is not a block in use. */
__attribute__((always_inline)) static inline void block_free(void *memory)
{
    const struct frame *slab = slab_of(memory);

    if (__builtin_expect(slab != NULL, 1)) {
        slab_free(memory, slab->size_class);
    } else {
        block_free_slow(memory);
    }
}
