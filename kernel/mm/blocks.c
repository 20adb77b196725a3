/* Which kind of block serves a size, and what happens when memory runs out: see kernel/mm/blocks.h. */
#include <kernel/mm/blocks.h>

#include <stardust/heap.h>
#include <stardust/panic.h>

/* Objects begin at multiples of their size before a page's end: if that is a multiple of the alignment, so are they. */
static void *small_alloc(size_t size, size_t alignment)
{
    size_t at_least = size > alignment ? size : alignment;
    unsigned size_class = class_of_units[(at_least + HEAP_UNIT - 1) / HEAP_UNIT];

    while (size_classes[size_class].size % alignment != 0) {
        size_class++;
    }
    return slab_alloc(size_class);
}

/* Frees what others keep and could do without. */
static void (*give_back)(void);

static void *try(size_t size, size_t alignment)
{
    void *block = NULL;

    if (size <= HEAP_SMALL_MAX && alignment <= HEAP_SMALL_MAX) {
        return small_alloc(size, alignment);
    }
    if (size <= HEAP_MEDIUM_MAX) {
        block = medium_alloc(size, alignment);
    }
    /* Pages that do not lie in a row can still be a region. */
    return block != NULL ? block : large_alloc(size, alignment);
}

void heap_when_short(void (*function)(void))
{
    give_back = function;
}

void block_give_back(void)
{
    if (give_back != NULL) {
        give_back();
    }
}

void *block_alloc_slow(size_t size, size_t alignment)
{
    void *block = try(size, alignment);

    if (block == NULL) {
        slab_flush_all();
        page_cache_drain();
        block_give_back();
        block = try(size, alignment);
    }
    return block;
}

/* Whether `memory` lies in a page of the heap, where it can only be inside a block, or between two. */
static bool in_heap(const void *memory)
{
    pfn_t pfn = virtual_to_pfn(memory);

    return frame_exists(pfn) && frame_of(pfn)->use == FRAME_HEAP;
}

void block_free_slow(void *memory)
{
    if (memory != NULL && !medium_free(memory) && !large_free(memory)) {
        panic("heap: free of 0x%lx: not a block in use%s", (uintptr_t)memory,
              in_heap(memory) ? ": none begins there" : "");
    }
}

size_t block_size(const void *memory)
{
    const struct frame *slab = slab_of(memory);
    size_t size;

    if (slab != NULL) {
        return size_classes[slab->size_class].size;
    }
    size = medium_size(memory);
    size = size != 0 ? size : large_size(memory);
    assert_that(size != 0, "heap: size of 0x%lx: not a block in use", (uintptr_t)memory);
    return size;
}
