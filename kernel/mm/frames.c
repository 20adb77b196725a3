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

#ifdef SOLUTION_PAGING
static bool is_free_block(pfn_t pfn, unsigned order)
{
    return frame_exists(pfn) && frame_of(pfn)->use_and_order == FRAME_BLOCK(FRAME_FREE, order);
}

/* Two blocks are buddies when they make up a block of the next order: their numbers differ in one bit. */
void frames_free(pfn_t pfn, unsigned order)
{
    critical_t state = memory_lock();

    assert_that(is_allocated(pfn, order),
                "frames_free: pfn 0x%lx is not the first page of an allocated block of order %u",
                pfn, order);
    frame_of(pfn)->use = FRAME_ABSENT;
    while (order < FRAME_ORDER_MAX && is_free_block(pfn ^ (pfn_t)1 << order, order)) {
        list_remove(pfn ^ (pfn_t)1 << order);
        pfn &= ~((pfn_t)1 << order);
        order++;
    }
    list_push(pfn, order);
    memory_unlock(state);
}
#else
void frames_free(pfn_t pfn, unsigned order)
{
    LAB_TODO(paging, "2.1",
             "join the block with its buddy as long as that is free, then put it into its list");
}
#endif

#ifdef SOLUTION_PAGING
static void cache_empty(unsigned left)
{
    struct page_cache *cache = own_cache();
    critical_t state = memory_lock();

    while (cache->count > left) {
        pfn_t pfn = cache->pages[--cache->count];

        frame_of(pfn)->use = FRAME_ALLOCATED;
        frames_free(pfn, 0);
    }
    memory_unlock(state);
}

/* Take the first block of the smallest order that is large enough; what is too much of it goes back, half by half. */
static pfn_t take(unsigned order)
{
    unsigned found = order;
    pfn_t pfn;

    while (found <= FRAME_ORDER_MAX && buddy.first[found] == 0) {
        found++;
    }
    if (found > FRAME_ORDER_MAX) {
        return FRAME_NONE;
    }
    pfn = buddy.first[found] - 1;
    list_remove(pfn);
    while (found > order) {
        found--;
        list_push(pfn + ((pfn_t)1 << found), found);
    }
    frame_of(pfn)->use = FRAME_ALLOCATED;
    frame_of(pfn)->order = (uint8_t)order;
    return pfn;
}

/* When the lists have nothing: there may be memory that was not taken in, or pages in our own cache. */
static bool find_more(void)
{
    if (chunks_take_in()) {
        return true;
    }
    if (own_cache()->count > 0) {
        cache_empty(0);
        return true;
    }
    return false;
}

pfn_t frames_alloc(unsigned order)
{
    critical_t state = memory_lock();
    pfn_t pfn;

    /* Taking memory in needs pages for tables itself, so it is done before the last ones are gone. */
    if (order <= FRAME_ORDER_MAX && buddy.free < ((size_t)1 << order) + FRAMES_RESERVED) {
        chunks_take_in();
    }
    do {
        pfn = take(order);
    } while (pfn == FRAME_NONE && order <= FRAME_ORDER_MAX && find_more());
    memory_unlock(state);
    return pfn;
}
#else
pfn_t frames_alloc(unsigned order)
{
    LAB_TODO(paging, "2.2",
             "take a free block that is large enough, and give back what is too much of it");
}
#endif

#ifdef SOLUTION_PAGING
/*
 * Half a cache at a time, so that a vCPU that allocates and frees in turn does not go to the lists each time. For the first
 * page alone the reserve is touched: and to look for it everywhere empties no cache that we are filling.
 */
static void cache_fill(void)
{
    struct page_cache *cache = own_cache();
    critical_t state = memory_lock();

    while (cache->count == 0 ||
           (cache->count < FRAME_CACHE_SIZE / 2 && buddy.free > FRAMES_RESERVED)) {
        pfn_t pfn = frames_alloc(0);

        if (pfn == FRAME_NONE) {
            break;
        }
        frame_of(pfn)->use = FRAME_CACHED;
        cache->pages[cache->count++] = pfn;
    }
    memory_unlock(state);
}

/* The first page of a cache that has one. */
static void *cache_take(struct page_cache *cache)
{
    pfn_t pfn = cache->pages[--cache->count];

    frame_of(pfn)->use = FRAME_ALLOCATED;
    return pfn_to_virtual(pfn);
}

/* The rest of page_alloc when the cache is empty; out of line, so that the usual way need not save registers for it. */
__attribute__((noinline)) static void *fill_and_take(critical_t state)
{
    void *page;

    cache_fill();
    page = own_cache()->count > 0 ? cache_take(own_cache()) : NULL;
    critical_leave(state);
    return page;
}

void *page_alloc(void)
{
    critical_t state = critical_enter();
    struct page_cache *cache = own_cache();
    void *page;

    if (cache->count == 0) {
        return fill_and_take(state);
    }
    page = cache_take(cache);
    critical_leave(state);
    return page;
}
#else
void *page_alloc(void)
{
    LAB_TODO(paging, "2.3", "take a page from the cache, which is filled again when it is empty");
}
#endif

#ifdef SOLUTION_PAGING
static void cache_put(struct page_cache *cache, pfn_t pfn)
{
    frame_of(pfn)->use = FRAME_CACHED;
    cache->pages[cache->count++] = pfn;
}

/* The rest of page_free when the cache is full; out of line as well. */
__attribute__((noinline)) static void empty_and_put(pfn_t pfn, critical_t state)
{
    cache_empty(FRAME_CACHE_SIZE / 2);
    cache_put(own_cache(), pfn);
    critical_leave(state);
}

void page_free(void *page)
{
    critical_t state = critical_enter();
    struct page_cache *cache = own_cache();
    pfn_t pfn = virtual_to_pfn(page);

    assert_that(is_allocated(pfn, 0), "page_free: %p is not an allocated page", page);
    if (cache->count == FRAME_CACHE_SIZE) {
        empty_and_put(pfn, state);
        return;
    }
    cache_put(cache, pfn);
    critical_leave(state);
}
#else
void page_free(void *page)
{
    LAB_TODO(paging, "2.3", "put the page into the cache; half of it goes back when it is full");
}
#endif

#ifdef SOLUTION_PAGING
void page_cache_drain(void)
{
    critical_t state = critical_enter();

    cache_empty(0);
    critical_leave(state);
}
#else
void page_cache_drain(void)
{
    LAB_TODO(paging, "2.3", "give all pages in the cache back");
}
#endif

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
