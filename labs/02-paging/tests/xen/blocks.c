/* Exercises 2.1 to 2.3 on the real hypervisor: blocks and single pages. See parts.h. */
#include "parts.h"

#include <stardust/frames.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/memory.h>

static char did[160];

size_t free_pages(void)
{
    page_cache_drain();
    return frames_statistics().free;
}

static uint64_t *page_at(pfn_t pfn)
{
    return pfn_to_virtual(pfn);
}

static pfn_t blocks[MEMORY_BLOCKS];

static bool take_block(uint64_t seed, unsigned i, unsigned again)
{
    unsigned order = memory_order(seed, i);

    blocks[i] = frames_alloc(order);
    if (blocks[i] == FRAME_NONE || blocks[i] % (1u << order) != 0) {
        return false;
    }
    for (unsigned page = 0; page < 1u << order; page++) {
        *page_at(blocks[i] + page) = memory_block_word(seed, i, page, again);
    }
    return true;
}

static uint64_t add_blocks(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < MEMORY_BLOCKS; i++) {
        for (unsigned page = 0; page < 1u << memory_order(seed, i); page++) {
            sum += *page_at(blocks[i] + page);
        }
    }
    return sum;
}

static bool use_blocks(uint64_t seed)
{
    bool good = true;

    for (unsigned i = 0; i < MEMORY_BLOCKS; i++) {
        good = good && take_block(seed, i, 0);
    }
    for (unsigned i = 1; good && i < MEMORY_BLOCKS; i += 2) {
        frames_free(blocks[i], memory_order(seed, i));
    }
    for (unsigned i = 1; good && i < MEMORY_BLOCKS; i += 2) {
        good = take_block(seed, i, 1);
    }
    return good;
}

void test_blocks(uint64_t seed)
{
    size_t before = free_pages();
    bool good = use_blocks(seed);

    guest_report_value("blocks_sum", good ? add_blocks(seed) : 0);
    for (unsigned i = 0; good && i < MEMORY_BLOCKS; i++) {
        frames_free(blocks[i], memory_order(seed, i));
    }
    format_text(did, sizeof did, "%s; %zu pages were free, and %zu are now",
                good ? "all blocks were had" : "no block, or one that is not aligned", before,
                free_pages());
    guest_report_test("paging.blocks", good && free_pages() == before,
                      &(struct guest_failure){
                          .rule = "blocks of up to eight pages come aligned, do not overlap, and "
                                  "join again when they are freed",
                          .did = did,
                          .expected = "as many free pages as before",
                          .usually = "the unit tests of 2.1 and 2.2 say more",
                      });
}

void test_pages(uint64_t seed)
{
    static uint64_t *pages[MEMORY_PAGES];
    size_t before = free_pages();
    uint64_t sum = 0;
    bool good = true;

    for (unsigned i = 0; i < MEMORY_PAGES && good; i++) {
        pages[i] = page_alloc();
        good = pages[i] != NULL;
        if (good) {
            *pages[i] = memory_word(seed, "page", i);
        }
    }
    for (unsigned i = 0; i < MEMORY_PAGES && good; i++) {
        sum += *pages[i];
        page_free(pages[i]);
    }
    guest_report_value("pages_sum", sum);
    format_text(did, sizeof did, "%s; %zu pages were free, and %zu are now",
                good ? "all pages were had" : "page_alloc returned NULL", before, free_pages());
    guest_report_test("paging.pages", good && free_pages() == before,
                      &(struct guest_failure){
                          .rule = "single pages come and go, and page_cache_drain gives them back",
                          .did = did,
                          .expected = "as many free pages as before",
                          .usually = "the unit tests of 2.3 say more",
                      });
}
