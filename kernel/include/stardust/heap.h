/*
 * The heap: memory of any size, for the kernel and, as malloc, for applications.
 *
 * Small sizes (up to a page) come in size classes from pages of the frame allocator, through a cache of free objects in
 * each vCPU; medium ones are blocks of pages; large ones regions of their own.
 * In a debug build (make DEBUG=1) each block is surrounded by red zones and filled when it is freed, and a report names
 * who allocated it.
 */
#pragma once

#include <stardust/types.h>

#define HEAP_ALIGNMENT 16

/**
 * Allocate `size` bytes, aligned to HEAP_ALIGNMENT; a size of 0 counts as 1.
 *
 * Context: thread, no spinlock held. Returns NULL when there is no memory. The content is not defined.
 */
void *heap_alloc(size_t size);

/** Allocate `size` bytes whose address is a multiple of `alignment`, a power of two. Else like heap_alloc. */
void *heap_alloc_aligned(size_t size, size_t alignment);

/** Allocate `size` bytes, all zero. Else like heap_alloc. */
void *heap_alloc_zeroed(size_t size);

/**
 * Make the block at `memory` hold `size` bytes, moving it if need be. NULL: like heap_alloc.
 *
 * Returns where it is now; NULL when there is no memory: then the block is as it was.
 */
void *heap_resize(void *memory, size_t size);

/** Free what one of the above returned; NULL is allowed. Panics when it is not a block in use. */
void heap_free(void *memory);

/** The bytes that may be used at `memory`: at least what was asked for. */
size_t heap_usable_size(const void *memory);

/**
 * Let `give_back` be called, in the context of heap_alloc, when there is no memory: then heap_alloc tries once more. By
 * heap_trim, too.
 * Context: boot.
 */
void heap_when_short(void (*give_back)(void));

/**
 * Give all pages without objects in use, and this vCPU's cached objects, back to the frame allocator, once those who called
 * heap_when_short have freed what they keep here. Context: that of heap_alloc.
 */
void heap_trim(void);

/**
 * Look for writes to memory that was free; in a debug build also for writes just before or behind a block. Panics when
 * it finds one. Slow.
 */
void heap_check(void);
