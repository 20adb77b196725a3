/* The buddy allocator and the vCPUs' page caches: see stardust/frames.h. Where memory comes from is in chunks.c. */
#include <stardust/frames.h>

#include <stardust/bytes.h>
#include <stardust/chunks.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/lab.h>
#include <stardust/memory_lock.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

/*
 * The free blocks of each order, linked through their frames' records: the pages themselves are not touched while they are
 * free. A link is the next block's pfn + 1, so that zeroed memory is an empty list.
 */
static struct {
    /* the fields below: memory_lock */
    uint32_t first[FRAME_ORDER_MAX + 1];
    size_t free; /* pages in all lists together */
} buddy;

/* The pages that this vCPU keeps for itself. Context: upcalls masked, so that we stay on it. */
static struct page_cache *own_cache(void)
{
    return &cpu_this()->pages;
}

static void list_push(pfn_t pfn, unsigned order)
{
    struct frame *frame = frame_of(pfn);
    uint32_t next = buddy.first[order];

    frame->use = FRAME_FREE;
    frame->order = (uint8_t)order;
    frame->next = next;
    frame->previous = 0;
    if (next != 0) {
        frame_of(next - 1)->previous = (uint32_t)pfn + 1;
    }
    buddy.first[order] = (uint32_t)pfn + 1;
    buddy.free += (size_t)1 << order;
}

static void list_remove(pfn_t pfn)
{
    struct frame *frame = frame_of(pfn);

    if (frame->previous != 0) {
        frame_of(frame->previous - 1)->next = frame->next;
    } else {
        buddy.first[frame->order] = frame->next;
    }
    if (frame->next != 0) {
        frame_of(frame->next - 1)->previous = frame->previous;
    }
    frame->use = FRAME_ABSENT;
    buddy.free -= (size_t)1 << frame->order;
}

/* Whether `pfn` is the first page of an allocated block of `order`. */
static bool is_allocated(pfn_t pfn, unsigned order)
{
    return frame_exists(pfn) && frame_of(pfn)->use_and_order == FRAME_BLOCK(FRAME_ALLOCATED, order);
}

/* Put the block into the list, or join it with its buddy and try again with both. */
static void give(pfn_t pfn, unsigned order)
{
    pfn_t buddy = pfn ^ (pfn_t)1 << order;

    if (order < FRAME_ORDER_MAX && frame_exists(buddy) &&
        frame_of(buddy)->use_and_order == FRAME_BLOCK(FRAME_FREE, order)) {
        list_remove(buddy);
        give(pfn < buddy ? pfn : buddy, order + 1);
    } else {
        list_push(pfn, order);
    }
}

void frames_free(pfn_t pfn, unsigned order)
{
    critical_t state = memory_lock();

    if (!is_allocated(pfn, order)) {
        panic("frames_free: 0x%lx, order %u", pfn, order);
    }
    frame_of(pfn)->use = FRAME_ABSENT;
    give(pfn, order);
    memory_unlock(state);
}

/* A block of `order`: one from the list, or the upper half of a larger one. */
static pfn_t split(unsigned order)
{
    pfn_t pfn;

    if (order > FRAME_ORDER_MAX) {
        return FRAME_NONE;
    }
    if (buddy.first[order] != 0) {
        pfn = buddy.first[order] - 1;
        list_remove(pfn);
        return pfn;
    }
    pfn = split(order + 1);
    if (pfn != FRAME_NONE) {
        list_push(pfn, order);
        pfn += (pfn_t)1 << order;
    }
    return pfn;
}

pfn_t frames_alloc(unsigned order)
{
    critical_t state = memory_lock();
    pfn_t pfn;

    if (order <= FRAME_ORDER_MAX) {
        while (buddy.free < ((size_t)1 << order) + FRAMES_RESERVED && chunks_take_in()) {
        }
    }
    pfn = split(order);
    while (pfn == FRAME_NONE && order <= FRAME_ORDER_MAX && chunks_take_in()) {
        pfn = split(order);
    }
    if (pfn == FRAME_NONE) {
        page_cache_drain();
        pfn = split(order);
    }
    if (pfn != FRAME_NONE) {
        frame_of(pfn)->use_and_order = FRAME_BLOCK(FRAME_ALLOCATED, order);
    }
    memory_unlock(state);
    return pfn;
}

/* One page for the caller, and as many more as half a cache takes while there is plenty. */
static pfn_t first_of_many(void)
{
    struct page_cache *cache = own_cache();
    pfn_t first = frames_alloc(0);

    while (first != FRAME_NONE && cache->count < FRAME_CACHE_SIZE / 2 &&
           buddy.free > FRAMES_RESERVED) {
        pfn_t pfn = frames_alloc(0);

        frame_of(pfn)->use = FRAME_CACHED;
        cache->pages[cache->count++] = pfn;
    }
    return first;
}

void *page_alloc(void)
{
    critical_t state = memory_lock();
    struct page_cache *cache = own_cache();
    pfn_t pfn = cache->count > 0 ? cache->pages[--cache->count] : first_of_many();

    if (pfn != FRAME_NONE) {
        frame_of(pfn)->use = FRAME_ALLOCATED;
    }
    memory_unlock(state);
    return pfn != FRAME_NONE ? pfn_to_virtual(pfn) : NULL;
}

static void give_back(unsigned count)
{
    struct page_cache *cache = own_cache();

    for (unsigned i = 0; i < count; i++) {
        pfn_t pfn = cache->pages[--cache->count];

        frame_of(pfn)->use = FRAME_ABSENT;
        give(pfn, 0);
    }
}

void page_free(void *page)
{
    critical_t state = memory_lock();
    struct page_cache *cache = own_cache();
    pfn_t pfn = virtual_to_pfn(page);

    if (!is_allocated(pfn, 0)) {
        panic("page_free: %p", page);
    }
    if (cache->count == FRAME_CACHE_SIZE) {
        give_back(FRAME_CACHE_SIZE / 2);
    }
    cache->pages[cache->count++] = pfn;
    frame_of(pfn)->use = FRAME_CACHED;
    memory_unlock(state);
}

void page_cache_drain(void)
{
    critical_t state = memory_lock();

    give_back(own_cache()->count);
    memory_unlock(state);
}

void *page_alloc_zeroed(void)
{
    void *page = page_alloc();

    return page != NULL ? memset(page, 0, PAGE_SIZE) : NULL;
}

/* Others go on using their caches while we look. */
static size_t pages_in_caches(void)
{
    size_t count = 0;

    for (unsigned i = 0; i < CPUS_MAX; i++) {
        const struct cpu *cpu = __atomic_load_n(&cpus[i], __ATOMIC_ACQUIRE);

        count += cpu != NULL ? __atomic_load_n(&cpu->pages.count, __ATOMIC_RELAXED) : 0;
    }
    return count;
}

struct frame_statistics frames_statistics(void)
{
    critical_t state = memory_lock();
    struct frame_statistics s = {
        .total = guest.pages,
        .untouched = chunks_untouched(),
        .free = buddy.free,
        .cached = pages_in_caches(),
    };

    for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
        for (uint32_t next = buddy.first[order]; next != 0; next = frame_of(next - 1)->next) {
            s.blocks[order]++;
        }
    }
    memory_unlock(state);
    return s;
}
