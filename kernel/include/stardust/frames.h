/*
 * Page frames: which pages of this guest's memory are free, and handing them out.
 *
 * A buddy allocator: a block of order n is 2^n pages, aligned to its size; a freed block joins its free buddy to a block of
 * the next order. Single pages go through a small cache of each vCPU first. Memory is known to the allocator a chunk of
 * 4 MiB at a time, and is taken in and mapped when it is first needed, so that boot costs the same however much there is.
 * Every page that the allocator hands out is mapped, writable, at pfn_to_virtual(pfn).
 */
#pragma once

#include <stardust/memory.h>
#include <stardust/page_cache.h>
#include <stardust/types.h>

#define FRAME_NONE       (~(pfn_t)0) /* no frame */
#define FRAME_ORDER_MAX  10          /* the largest block: 4 MiB, which is a chunk too */
#define FRAMES_PER_CHUNK ((size_t)1 << FRAME_ORDER_MAX)

enum frame_use {
    FRAME_ABSENT,    /* not given to the allocator, or not the first page of its block */
    FRAME_FREE,      /* first page of a free block */
    FRAME_ALLOCATED, /* first page of a block in use */
    FRAME_CACHED,    /* in a vCPU's cache */
    FRAME_TABLE,     /* a page table that we made */
    FRAME_HEAP,      /* a page of the heap: kernel/mm/heap.c says what the fields mean then */
    FRAME_GIVEN, /* given back to Xen: it has no memory now. `next` as in FRAME_FREE: see kernel/mm/balloon.c */
};

/** What is known about one page. 16 bytes, so that a chunk's records fill four pages. */
struct frame {
    union {
        struct {
            uint8_t use;   /* enum frame_use */
            uint8_t order; /* of the block that begins here */
        };
        uint16_t use_and_order; /* both, to be compared at once: see FRAME_BLOCK */
    };
    uint16_t entries;   /* FRAME_TABLE: present entries; FRAME_HEAP: objects in use */
    uint32_t next;      /* FRAME_FREE: pfn + 1 of the next free block of this order; 0: none */
    uint32_t previous;  /* and of the one before */
    uint16_t first;     /* FRAME_HEAP: the first free object */
    uint8_t size_class; /* FRAME_HEAP */
    uint8_t unused;
};

/** The use_and_order of a block of `order` that is used for `use`. */
#define FRAME_BLOCK(use, order) ((uint16_t)((use) | (order) << 8))

#define FRAMES_RESERVED 8 /* free pages that are kept for the tables of memory not taken in yet */

/** How the memory is used, in pages. */
struct frame_statistics {
    size_t total;                       /* of this guest */
    size_t untouched;                   /* not taken in yet */
    size_t free;                        /* in free blocks */
    size_t cached;                      /* in vCPUs' caches */
    size_t blocks[FRAME_ORDER_MAX + 1]; /* free blocks of each order */
};

/**
 * Allocate a block of 2^`order` pages. Their content is whatever was there: see page_alloc_zeroed.
 *
 * Context: thread or upcall; see memory_lock.h. Returns the first page; FRAME_NONE when no block of that size is left,
 * not counting what lies in other vCPUs' caches, or `order` is larger than FRAME_ORDER_MAX.
 */
pfn_t frames_alloc(unsigned order);

/** Free the block of 2^`order` pages that frames_alloc returned. Panics when it is not one. Context: thread or upcall. */
void frames_free(pfn_t pfn, unsigned order);

/** Allocate one page, from this vCPU's cache if it has one. Returns its address; NULL when there is no memory. */
void *page_alloc(void);

/** The same, filled with zeroes. */
void *page_alloc_zeroed(void);

/** Free a page that page_alloc returned. */
void page_free(void *page);

/** Give the pages in this vCPU's cache back to the buddy allocator, and join what can be joined. */
void page_cache_drain(void);

/** The records of all pages that were taken in, by chunk. Only chunks.c changes them. */
extern struct frame **frame_records;
extern pfn_t frames_end; /* the first page that has no record; grows only */

/** Whether there is a record of the page `pfn`: it is one of this guest's, and its chunk was taken in. */
static inline bool frame_exists(pfn_t pfn)
{
    return pfn < frames_end;
}

/** The record of the page `pfn`; there must be one. */
static inline struct frame *frame_of(pfn_t pfn)
{
    return &frame_records[pfn / FRAMES_PER_CHUNK][pfn % FRAMES_PER_CHUNK];
}

/** Count the pages. Slow. */
struct frame_statistics frames_statistics(void);
