/* Exercise 2.3: single pages, and each vCPU's cache of them. */
#include "memory.h"

#include <string.h>

#include <stardust/chunks.h>

#include <tests/fakexen/panic.h>

#include "blocks.h"
#include "suites.h"

#define PAGES FRAMES_PER_CHUNK
#define ALLOC ((const void *)page_alloc)
#define FREE  ((const void *)page_free)

static void *pages[PAGES];

static void *alloc(void)
{
    void *page = page_alloc();

    CHECK(page != NULL && (uintptr_t)page % PAGE_SIZE == 0 && virtual_to_pfn(page) < frames_end,
          .rule = "page_alloc returns a page's address while there is memory (stardust/frames.h)",
          .did = text("returned %p", page), .expected = "the address of a page",
          .usually = "a pfn is returned: pfn_to_virtual makes it an address", .where = ALLOC);
    CHECK(frame_of(virtual_to_pfn(page))->use_and_order == FRAME_BLOCK(FRAME_ALLOCATED, 0),
          .rule = "a page handed out is FRAME_ALLOCATED in its record (stardust/frames.h)",
          .did = text("its use is %s", blocks_use_name(frame_of(virtual_to_pfn(page))->use)),
          .expected = "FRAME_ALLOCATED",
          .usually = "the use is not changed when the page leaves the cache", .where = ALLOC);
    return page;
}

static size_t cached(void)
{
    return frames_statistics().cached;
}

static void check_cached(size_t least, size_t most, const char *usually, const void *where)
{
    CHECK(cached() >= least && cached() <= most,
          .rule = "a vCPU's cache is filled and emptied half a cache at a time (stardust/frames.h)",
          .did = text("%zu pages are in the cache", cached()),
          .expected = text("%zu to %zu", least, most), .usually = usually, .where = where);
}

static void test_alloc(void)
{
    memory_start(PAGES);
    for (size_t i = 0; i < 100; i++) {
        pages[i] = alloc();
        memset(pages[i], (int)i, PAGE_SIZE);
    }
    for (size_t i = 0; i < 100; i++) {
        CHECK(((unsigned char *)pages[i])[PAGE_SIZE - 1] == i,
              .rule = "a page has one owner at a time",
              .did = text("page %zu was overwritten by a later one", i),
              .expected = "pages that are not handed out twice",
              .usually = "the page stays in the cache when it is handed out", .where = ALLOC);
    }
    memory_check(ALLOC);
    blocks_check(ALLOC);
}

/* A page freed and taken again does not go to the lists. */
static void test_quick(void)
{
    size_t free;

    memory_start(PAGES);
    page_free(alloc());
    free = frames_statistics().free;
    for (unsigned i = 0; i < 100; i++) {
        page_free(alloc());
        CHECK(frames_statistics().free == free,
              .rule = "single pages go through the vCPU's cache first (stardust/frames.h)",
              .did = "page_alloc and page_free in turn change the buddy allocator's lists",
              .expected = "a page that comes from the cache and goes back there",
              .usually = "page_free calls frames_free each time", .where = FREE);
    }
    check_cached(1, FRAME_CACHE_SIZE, "the page freed is not in the cache", FREE);
    blocks_check(FREE);
}

static void test_limit(void)
{
    memory_start(PAGES);
    for (size_t i = 0; i < 200; i++) {
        pages[i] = alloc();
    }
    for (size_t i = 0; i < 200; i++) {
        page_free(pages[i]);
        check_cached(0, FRAME_CACHE_SIZE, "a full cache is not emptied: it would grow for ever",
                     FREE);
    }
    blocks_check(FREE);
    memory_check(FREE);
}

/* At the edges, too, only every so many calls go to the lists. */
static void test_halves(void)
{
    memory_start(PAGES);
    alloc();
    check_cached(
        FRAME_CACHE_SIZE / 2 - 1, FRAME_CACHE_SIZE - 1,
        "an empty cache is filled with one page only: the next one goes to the lists again", ALLOC);
    for (size_t i = 0; i < 2 * FRAME_CACHE_SIZE; i++) {
        pages[i] = alloc();
    }
    while (cached() < FRAME_CACHE_SIZE) {
        static size_t i;

        page_free(pages[i++]);
    }
    page_free(pages[2 * FRAME_CACHE_SIZE - 1]);
    check_cached(FRAME_CACHE_SIZE / 2, FRAME_CACHE_SIZE / 2 + 1,
                 "a full cache gives back one page only, or all of them", FREE);
    blocks_check(FREE);
}

/* All of it can be had, a page at a time, and then nothing. */
static void test_last(void)
{
    size_t before;

    memory_start(PAGES);
    before = memory_free();
    for (size_t i = 0; i < before; i++) {
        pages[i] = alloc();
    }
    CHECK(page_alloc() == NULL, .rule = "page_alloc returns NULL when there is no memory",
          .did = text("returned a page when all %zu were handed out", before), .expected = "NULL",
          .where = ALLOC);
    for (size_t i = 0; i < before; i++) {
        page_free(pages[i]);
    }
    CHECK(memory_free() == before, .rule = "no page is lost",
          .did = text("%zu pages can be had, %zu before", memory_free(), before),
          .expected = "as many as before", .usually = "a failed filling loses pages",
          .where = FREE);
    blocks_check(FREE);
}

static void test_drain(void)
{
    struct frame_statistics before;

    memory_start(PAGES);
    before = frames_statistics();
    for (size_t i = 0; i < 100; i++) {
        pages[i] = alloc();
    }
    for (size_t i = 0; i < 100; i++) {
        page_free(pages[i]);
    }
    page_cache_drain();
    check_cached(0, 0, "pages are left in the cache", (const void *)page_cache_drain);
    blocks_check((const void *)page_cache_drain);
    for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
        blocks_check_count(order, before.blocks[order],
                           "the pages are given back, but not by frames_free, which joins them",
                           (const void *)page_cache_drain);
    }
}

/* Pages in a cache keep blocks from joining: who needs a large one must not fail for that. */
static void test_large(void)
{
    unsigned order = FRAME_ORDER_MAX - 1;
    size_t count;

    memory_start(PAGES);
    count = memory_free();
    for (size_t i = 0; i < count; i++) {
        pages[i] = alloc();
    }
    for (size_t i = 0; i < count; i++) {
        page_free(pages[i]);
    }
    CHECK(frames_alloc(order) != FRAME_NONE,
          .rule = "frames_alloc fails only when no block of that size can be had: pages in our own "
                  "cache can",
          .did = text("frames_alloc(%u) returned FRAME_NONE with %zu pages free and %zu in the "
                      "cache",
                      order, frames_statistics().free, cached()),
          .expected = "a block, after the cache was given back",
          .usually = "the cache never gives back: call page_cache_drain before giving up",
          .where = (const void *)frames_alloc);
    blocks_check((const void *)frames_alloc);
}

static void free_page(void *page)
{
    page_free(page);
}

static void check_panics(void *page, const char *what)
{
    CHECK(panic_of(free_page, page) != NULL,
          .rule = "page_free panics when the page is not one that page_alloc returned",
          .did = text("took %p: %s", page, what), .expected = "a panic",
          .usually = "the use in the page's record is not looked at, or not changed when the page "
                     "comes into the cache",
          .where = FREE);
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 0;
}

static void test_misuse(void)
{
    void *page;

    memory_start(PAGES);
    page = alloc();
    page_free(page);
    check_panics(page, "it was freed already");
    check_panics(pfn_to_virtual(frames_end), "there is no such page");
    check_panics(pfn_to_virtual(frames_alloc(3)), "it is a block of eight pages");
}

static void test_zeroed(void)
{
    memory_start(PAGES);
    for (size_t i = 0; i < 50; i++) {
        const char *page = page_alloc_zeroed();

        CHECK(page != NULL && page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - 1) == 0,
              .rule = "page_alloc_zeroed returns a page of zeroes (stardust/frames.h)",
              .did = text("the page at %p is not", (const void *)page), .expected = "4096 zeroes",
              .where = ALLOC);
    }
}

CU_TestInfo cache_tests[] = {
    {"alloc", test_alloc},   {"quick", test_quick}, {"limit", test_limit}, {"halves", test_halves},
    {"last", test_last},     {"drain", test_drain}, {"large", test_large}, {"misuse", test_misuse},
    {"zeroed", test_zeroed}, CU_TEST_INFO_NULL,
};
