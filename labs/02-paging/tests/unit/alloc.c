/* Exercise 2.2: handing blocks out. */
#include "blocks.h"

#include <string.h>

#include <tests/ktap/random.h>

#include "suites.h"

#define PLACE ((const void *)frames_alloc)
#define PAGES (2 * FRAMES_PER_CHUNK)

static unsigned char taken[PAGES]; /* by whom: what the simple model knows of a page */

static void check_got(pfn_t pfn, unsigned order)
{
    CHECK(pfn != FRAME_NONE && pfn < PAGES, .rule = "frames_alloc finds a block if there is one",
          .did =
              text("frames_alloc(%u) returned 0x%lx; free blocks of that size or larger are left",
                   order, pfn),
          .expected = text("a page below 0x%lx", (pfn_t)PAGES),
          .usually = "only the list of that very order is looked at: larger blocks can be split",
          .where = PLACE);
    CHECK(pfn % ((pfn_t)1 << order) == 0,
          .rule = "a block of order n is aligned to its 2^n pages (stardust/frames.h)",
          .did = text("frames_alloc(%u) returned pfn 0x%lx", order, pfn),
          .expected = text("a multiple of %lu", (pfn_t)1 << order),
          .usually = "the half that is too much is taken from the wrong place", .where = PLACE);
    CHECK(frame_of(pfn)->use_and_order == FRAME_BLOCK(FRAME_ALLOCATED, order),
          .rule = "an allocated block's first record says so (stardust/frames.h)",
          .did = text("the record of pfn 0x%lx says %s, order %u", pfn,
                      blocks_use_name(frame_of(pfn)->use), frame_of(pfn)->order),
          .expected = text("FRAME_ALLOCATED, order %u", order),
          .usually = "use or order is not set, or set before the block was split", .where = PLACE);
}

static void mark(pfn_t pfn, unsigned order, unsigned char by)
{
    for (pfn_t page = pfn; page < pfn + ((pfn_t)1 << order); page++) {
        CHECK(by == 0 || taken[page] == 0, .rule = "a page has one owner at a time",
              .did = text("frames_alloc(%u) returned pfn 0x%lx, but page 0x%lx is in use already",
                          order, pfn, page),
              .expected = "a block that is free",
              .usually = "the half that goes back, or the block taken, is still in a list",
              .where = PLACE);
        taken[page] = by;
    }
}

static pfn_t alloc(unsigned order)
{
    pfn_t pfn = frames_alloc(order);

    check_got(pfn, order);
    mark(pfn, order, 1);
    return pfn;
}

static void start(void)
{
    blocks_start_free(PAGES);
    memset(taken, 0, sizeof taken);
}

static void test_each_order(void)
{
    start();
    for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
        pfn_t pfn = alloc(order);

        blocks_check(PLACE);
        frames_free(pfn, order);
        mark(pfn, order, 0);
        blocks_check((const void *)frames_free);
        blocks_check_count(FRAME_ORDER_MAX, PAGES / FRAMES_PER_CHUNK,
                           "what was split did not join again: is a half missing?", PLACE);
    }
}

/* One page of 1024: what is left is a block of each smaller order. */
static void test_splits(void)
{
    start();
    alloc(FRAME_ORDER_MAX);
    alloc(0);
    blocks_check(PLACE);
    for (unsigned order = 0; order < FRAME_ORDER_MAX; order++) {
        blocks_check_count(order, 1, "at each split one half goes back to its own order's list",
                           PLACE);
    }
}

static void test_smallest(void)
{
    pfn_t pfn;

    blocks_start(PAGES);
    memset(taken, 0, sizeof taken);
    blocks_give(0, FRAME_ORDER_MAX);
    blocks_give(FRAMES_PER_CHUNK, 3);
    pfn = alloc(2);
    blocks_check(PLACE);
    CHECK(pfn >= FRAMES_PER_CHUNK,
          .rule = "the smallest block that is large enough is taken, so that large ones stay whole",
          .did = text("frames_alloc(2) took pfn 0x%lx of the block of 1024 pages", pfn),
          .expected = text("a half of the 8 pages at 0x%lx", (pfn_t)FRAMES_PER_CHUNK),
          .usually = "the search begins at the largest order", .where = PLACE);
}

static void check_none(unsigned order, const char *usually)
{
    pfn_t pfn = frames_alloc(order);

    CHECK(pfn == FRAME_NONE,
          .rule = "FRAME_NONE says that there is no block of that size (stardust/frames.h)",
          .did = text("frames_alloc(%u) returned 0x%lx", order, pfn), .expected = "FRAME_NONE",
          .usually = usually, .where = PLACE);
    blocks_check(PLACE);
}

static void test_exhausted(void)
{
    start();
    for (size_t i = 0; i < PAGES; i++) {
        alloc(0);
    }
    check_none(0, "the end of the lists is not seen");
    check_none(FRAME_ORDER_MAX, "the end of the lists is not seen");
    for (pfn_t pfn = 0; pfn < PAGES; pfn++) {
        frames_free(pfn, 0);
    }
    blocks_check(PLACE);
    blocks_check_count(FRAME_ORDER_MAX, PAGES / FRAMES_PER_CHUNK, "pages were lost", PLACE);
}

static void test_too_large(void)
{
    start();
    check_none(FRAME_ORDER_MAX + 1, "an order above the largest is looked up in the lists");
    check_none(64, "an order above the largest is looked up in the lists");
    check_none(~0u, "an order above the largest is looked up in the lists");
}

/* Memory in pieces: a large block must not be made of what only looks like one. */
static void test_pieces(void)
{
    start();
    for (size_t i = 0; i < PAGES; i++) {
        alloc(0);
    }
    for (pfn_t pfn = 0; pfn < PAGES; pfn += 2) {
        frames_free(pfn, 0);
        mark(pfn, 0, 0);
    }
    check_none(1, "every second page is free, but no two of them are buddies");
    alloc(0);
    blocks_check(PLACE);
}

#define HELD 200

static struct {
    pfn_t pfn;
    unsigned order;
    bool used;
} held[HELD];

static void random_step(struct random *random)
{
    size_t i = random_below(random, HELD);

    if (held[i].used) {
        mark(held[i].pfn, held[i].order, 0);
        frames_free(held[i].pfn, held[i].order);
        held[i].used = false;
    } else {
        held[i].order = (unsigned)random_below(random, 6) * (unsigned)random_below(random, 2);
        held[i].pfn = frames_alloc(held[i].order);
        if (held[i].pfn != FRAME_NONE) {
            check_got(held[i].pfn, held[i].order);
            mark(held[i].pfn, held[i].order, 1);
            held[i].used = true;
        }
    }
}

static void test_random(void)
{
    struct random random = random_start(test_seed());

    start();
    for (unsigned i = 0; i < 20000; i++) {
        random_step(&random);
        if (i % 1000 == 0) {
            blocks_check(PLACE);
        }
    }
    for (size_t i = 0; i < HELD; i++) {
        if (held[i].used) {
            frames_free(held[i].pfn, held[i].order);
        }
    }
    blocks_check(PLACE);
    blocks_check_count(FRAME_ORDER_MAX, PAGES / FRAMES_PER_CHUNK,
                       text("pages were lost in 20000 random steps with the seed %lu", test_seed()),
                       PLACE);
}

CU_TestInfo alloc_tests[] = {
    {"each_order", test_each_order}, {"splits", test_splits},
    {"smallest", test_smallest},     {"exhausted", test_exhausted},
    {"too_large", test_too_large},   {"pieces", test_pieces},
    {"random", test_random},         CU_TEST_INFO_NULL,
};
