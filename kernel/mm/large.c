/*
 * Blocks of whole pages: medium ones, pages in a row from the frame allocator, and large ones, a region each. See
 * kernel/mm/blocks.h. The record of a medium block's first page has the use FRAME_HEAP, the class HEAP_MEDIUM, and in
 * `next` the number of its pages.
 */
#include <kernel/mm/blocks.h>

#include <stardust/frames.h>
#include <stardust/pagetable.h>
#include <stardust/region.h>

/* A region whose name is this very pointer is a large block. */
static const char region_name[] = "heap block";

static size_t round_up(size_t number, size_t multiple)
{
    return (number + multiple - 1) & ~(multiple - 1);
}

static void mark_allocated(pfn_t pfn, unsigned order)
{
    frame_of(pfn)->use = FRAME_ALLOCATED;
    frame_of(pfn)->order = (uint8_t)order;
}

/* Keep the first `pages` pages of an allocated block, as allocated blocks in a row, and free the rest. */
static void keep_front(pfn_t pfn, unsigned order, size_t pages)
{
    while (pages < (size_t)1 << order) {
        pfn_t second_half;

        order--;
        second_half = pfn + ((pfn_t)1 << order);
        mark_allocated(pfn, order);
        mark_allocated(second_half, order);
        if (pages <= (size_t)1 << order) {
            frames_free(second_half, order);
        } else {
            pfn = second_half;
            pages -= (size_t)1 << order;
        }
    }
}

/* The order of the smallest block that has `pages` pages and begins at a multiple of `alignment`. */
static unsigned order_for(size_t pages, size_t alignment)
{
    unsigned order = 0;

    while (order <= FRAME_ORDER_MAX &&
           ((size_t)1 << order < pages || (size_t)PAGE_SIZE << order < alignment)) {
        order++;
    }
    return order;
}

void *medium_alloc(size_t size, size_t alignment)
{
    size_t pages = round_up(size > 0 ? size : 1, PAGE_SIZE) / PAGE_SIZE;
    unsigned order = order_for(pages, alignment);
    critical_t state = heap_lock();
    pfn_t pfn = frames_alloc(order);

    if (pfn != FRAME_NONE) {
        keep_front(pfn, order, pages);
        frame_of(pfn)->use = FRAME_HEAP;
        frame_of(pfn)->size_class = HEAP_MEDIUM;
        frame_of(pfn)->next = (uint32_t)pages;
    }
    heap_unlock(state);
    return pfn != FRAME_NONE ? pfn_to_virtual(pfn) : NULL;
}

static struct frame *medium_of(const void *memory)
{
    pfn_t pfn = virtual_to_pfn(memory);

    if ((uintptr_t)memory % PAGE_SIZE != 0 || !frame_exists(pfn) ||
        frame_of(pfn)->use != FRAME_HEAP || frame_of(pfn)->size_class != HEAP_MEDIUM) {
        return NULL;
    }
    return frame_of(pfn);
}

size_t medium_size(const void *memory)
{
    const struct frame *frame = medium_of(memory);

    return frame != NULL ? frame->next * (size_t)PAGE_SIZE : 0;
}

bool medium_free(void *memory)
{
    critical_t state = heap_lock();
    struct frame *frame = medium_of(memory);

    if (frame != NULL) {
        pfn_t pfn = virtual_to_pfn(memory), end = pfn + frame->next;

        frame->use = FRAME_ALLOCATED;
        while (pfn < end) {
            pfn_t next = pfn + ((pfn_t)1 << frame_of(pfn)->order);

            frames_free(pfn, frame_of(pfn)->order);
            pfn = next;
        }
    }
    heap_unlock(state);
    return frame != NULL;
}

void *large_alloc(size_t size, size_t alignment)
{
    /* Room in front, so that a multiple of the alignment can be the beginning. */
    size_t room = alignment > PAGE_SIZE ? alignment - PAGE_SIZE : 0;
    struct region *region;
    uintptr_t start;

    if (size > SIZE_MAX - PAGE_SIZE - room) {
        return NULL;
    }
    region = region_reserve(region_name, size + room, REGION_COMMITTED);
    if (region == NULL) {
        return NULL;
    }
    start = round_up(region->start, alignment > PAGE_SIZE ? alignment : PAGE_SIZE);
    if (region_commit(region, start - region->start, region->start + region->size - start) != 0) {
        region_release(region);
        return NULL;
    }
    return (void *)start;
}

/* A large block begins at the first page of its region that has memory behind it. */
static bool is_first_page(const struct region *region, uintptr_t address)
{
    return address % PAGE_SIZE == 0 && pagetable_lookup(address) != FRAME_NONE &&
           (address == region->start || pagetable_lookup(address - PAGE_SIZE) == FRAME_NONE);
}

static const struct region *large_of(const void *memory)
{
    const struct region *region = region_of((uintptr_t)memory);

    return region != NULL && region->name == region_name && is_first_page(region, (uintptr_t)memory)
               ? region
               : NULL;
}

size_t large_size(const void *memory)
{
    const struct region *region = large_of(memory);

    return region != NULL ? region->start + region->size - (uintptr_t)memory : 0;
}

bool large_free(void *memory)
{
    const struct region *region = large_of(memory);

    if (region == NULL) {
        return false;
    }
    region_release((struct region *)region);
    return true;
}
