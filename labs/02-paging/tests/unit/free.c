/* Exercise 2.1: giving blocks back. */
#include "blocks.h"

#include <tests/fakexen/panic.h>
#include <tests/ktap/random.h>

#include "suites.h"

#define PLACE ((const void *)frames_free)

static void test_single(void)
{
    blocks_start(FRAMES_PER_CHUNK);
    blocks_give(5, 0);
    blocks_check(PLACE);
    blocks_check_count(0, 1, "the block was put into no list", PLACE);
}

static void test_joins(void)
{
    blocks_start(FRAMES_PER_CHUNK);
    for (pfn_t pfn = 0; pfn < FRAMES_PER_CHUNK; pfn++) {
        blocks_give(pfn, 0);
        if (pfn % 37 == 0) {
            blocks_check(PLACE);
        }
    }
    blocks_check(PLACE);
    blocks_check_count(FRAME_ORDER_MAX, 1, "1024 free pages are one block of 4 MiB", PLACE);
}

/* From the top down every block is its buddy's upper half. */
static void test_joins_downwards(void)
{
    blocks_start(FRAMES_PER_CHUNK);
    for (pfn_t pfn = FRAMES_PER_CHUNK; pfn > 0; pfn -= 2) {
        blocks_give(pfn - 2, 1);
    }
    blocks_check(PLACE);
    blocks_check_count(FRAME_ORDER_MAX, 1,
                       "the joined block begins at the lower half, whichever half was freed last",
                       PLACE);
}

/* Neighbours that are no buddies, and buddies of which one is smaller. */
static void test_not_joined(void)
{
    blocks_start(FRAMES_PER_CHUNK);
    blocks_give(1, 0);
    blocks_give(2, 0);
    blocks_give(8, 1);
    blocks_give(10, 0);
    blocks_give(12, 2);
    blocks_check(PLACE);
    blocks_check_count(0, 3, "pages 1 and 2 are neighbours, but no buddies: 1 ^ 1 is 0", PLACE);
    blocks_check_count(1, 1, "the buddy of a pair must be a free pair, not a free page", PLACE);
    blocks_give(11, 0);
    blocks_check(PLACE);
    blocks_check_count(3, 1, "8 and 9, 10 and 11, 12 to 15 are a block of eight at the end", PLACE);
}

static void shuffle(pfn_t *pfns, size_t count)
{
    struct random random = random_start(test_seed());

    for (size_t i = 0; i < count; i++) {
        pfns[i] = i;
    }
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(&random, i);
        pfn_t pfn = pfns[i - 1];

        pfns[i - 1] = pfns[other];
        pfns[other] = pfn;
    }
}

static void test_any_order(void)
{
    static pfn_t pfns[3 * FRAMES_PER_CHUNK];

    blocks_start(ARRAY_LENGTH(pfns));
    shuffle(pfns, ARRAY_LENGTH(pfns));
    for (size_t i = 0; i < ARRAY_LENGTH(pfns); i++) {
        blocks_give(pfns[i], 0);
        if (i % 512 == 0) {
            blocks_check(PLACE);
        }
    }
    blocks_check(PLACE);
    blocks_check_count(FRAME_ORDER_MAX, 3, "the largest blocks are not joined with each other",
                       PLACE);
}

/* What lies behind the end has no record to look at. */
static void test_end(void)
{
    blocks_start(FRAMES_PER_CHUNK + 6);
    blocks_give(FRAMES_PER_CHUNK, 2);
    blocks_give(FRAMES_PER_CHUNK + 4, 1);
    blocks_check(PLACE);
    blocks_check_count(2, 1, "the buddy of the last block lies behind the end of memory", PLACE);
}

struct block {
    pfn_t pfn;
    unsigned order;
};

static void free_block(void *data)
{
    const struct block *block = data;

    frames_free(block->pfn, block->order);
}

static void check_panics(pfn_t pfn, unsigned order, const char *what)
{
    struct block block = {.pfn = pfn, .order = order};

    CHECK(panic_of(free_block, &block) != NULL,
          .rule = "frames_free panics when the block is not one that is allocated "
                  "(stardust/frames.h)",
          .did = text("took frames_free(0x%lx, %u): %s", pfn, order, what), .expected = "a panic",
          .usually = "both the use and the order in the first page's record are to be looked at",
          .where = PLACE);
}

static void test_misuse(void)
{
    blocks_start(FRAMES_PER_CHUNK);
    frame_of(64)->use_and_order = FRAME_BLOCK(FRAME_ALLOCATED, 3);
    check_panics(64, 2, "it has the order 3");
    check_panics(66, 0, "it is the middle of a block");
    check_panics(FRAMES_PER_CHUNK, 0, "there is no such page");
    frames_free(64, 3);
    check_panics(64, 3, "it was free already");
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 0;
    blocks_check(PLACE);
}

CU_TestInfo free_tests[] = {
    {"single", test_single},
    {"joins", test_joins},
    {"joins_downwards", test_joins_downwards},
    {"not_joined", test_not_joined},
    {"any_order", test_any_order},
    {"end", test_end},
    {"misuse", test_misuse},
    CU_TEST_INFO_NULL,
};
