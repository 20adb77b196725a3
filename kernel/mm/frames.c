/* The buddy allocator and the vCPUs' page caches: see stardust/frames.h. Where memory comes from is in chunks.c. */
#include <stardust/frames.h>

#include <stardust/bytes.h>
#include <stardust/chunks.h>
#include <stardust/critical.h>
#include <stardust/lab.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

/*
 * The free blocks of each order, linked through their frames' records: the pages themselves are not touched while they are
 * free. A link is the next block's pfn + 1, so that zeroed memory is an empty list.
 */
static struct {
    /* the fields below: a critical section; there is one vCPU yet */
    uint32_t first[FRAME_ORDER_MAX + 1];
    size_t free; /* pages in all lists together */
} buddy;

/* Pages that the vCPU keeps for itself. */
static struct {
    /* the fields below: a critical section */
    unsigned count;
    pfn_t pages[FRAME_CACHE_SIZE];
} cache;

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
    critical_t state = critical_enter();

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
    critical_leave(state);
}
#else
void frames_free(pfn_t pfn, unsigned order)
{
    LAB_TODO(paging, "2.1",
             "join the block with its buddy as long as that is free, then put it into its list");
}
#endif

#ifdef SOLUTION_PAGING
/* Out of line, so that the usual page_alloc and page_free need not save registers for it. */
__attribute__((noinline)) static void cache_empty(unsigned left)
{
    while (cache.count > left) {
        pfn_t pfn = cache.pages[--cache.count];

        frame_of(pfn)->use = FRAME_ALLOCATED;
        frames_free(pfn, 0);
    }
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
    if (cache.count > 0) {
        cache_empty(0);
        return true;
    }
    return false;
}

pfn_t frames_alloc(unsigned order)
{
    critical_t state = critical_enter();
    pfn_t pfn;

    /* Taking memory in needs pages for tables itself, so it is done before the last ones are gone. */
    if (order <= FRAME_ORDER_MAX && buddy.free < ((size_t)1 << order) + FRAMES_RESERVED) {
        chunks_take_in();
    }
    do {
        pfn = take(order);
    } while (pfn == FRAME_NONE && order <= FRAME_ORDER_MAX && find_more());
    critical_leave(state);
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
__attribute__((noinline)) static void cache_fill(void)
{
    while (cache.count == 0 ||
           (cache.count < FRAME_CACHE_SIZE / 2 && buddy.free > FRAMES_RESERVED)) {
        pfn_t pfn = frames_alloc(0);

        if (pfn == FRAME_NONE) {
            return;
        }
        frame_of(pfn)->use = FRAME_CACHED;
        cache.pages[cache.count++] = pfn;
    }
}

void *page_alloc(void)
{
    critical_t state = critical_enter();
    void *page = NULL;

    if (cache.count == 0) {
        cache_fill();
    }
    if (cache.count > 0) {
        pfn_t pfn = cache.pages[--cache.count];

        frame_of(pfn)->use = FRAME_ALLOCATED;
        page = pfn_to_virtual(pfn);
    }
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
void page_free(void *page)
{
    critical_t state = critical_enter();
    pfn_t pfn = virtual_to_pfn(page);

    assert_that(is_allocated(pfn, 0), "page_free: %p is not an allocated page", page);
    if (cache.count == FRAME_CACHE_SIZE) {
        cache_empty(FRAME_CACHE_SIZE / 2);
    }
    frame_of(pfn)->use = FRAME_CACHED;
    cache.pages[cache.count++] = pfn;
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

struct frame_statistics frames_statistics(void)
{
    struct frame_statistics s = {
        .total = guest.pages,
        .untouched = chunks_untouched(),
        .free = buddy.free,
        .cached = cache.count,
    };

    for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
        for (uint32_t next = buddy.first[order]; next != 0; next = frame_of(next - 1)->next) {
            s.blocks[order]++;
        }
    }
    return s;
}
