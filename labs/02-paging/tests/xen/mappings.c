/* Exercises 2.5 and 2.6 on the real hypervisor: mappings come and go. See parts.h. */
#include "parts.h"

#include <stardust/frames.h>
#include <stardust/pagetable.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/memory.h>

#define ROUNDS 2000

static char did[160];
static uint64_t *pages[MEMORY_PAGES];

/* A page for each address, and none of the tables on the way exists. */
static bool map_all(uint64_t seed)
{
    for (unsigned i = 0; i < MEMORY_MAPPINGS; i++) {
        uint64_t address = memory_address(seed, i);
        pfn_t pfn = virtual_to_pfn(pages[i]);
        int error = pagetable_map(address, &pfn, 1, ACCESS_WRITE);

        if (error != 0) {
            format_text(did, sizeof did, "pagetable_map(0x%lx) returned %d", address, error);
            return false;
        }
        *(volatile uint64_t *)address = mix_bits(address ^ seed);
    }
    return true;
}

static void take_pages(void)
{
    for (unsigned i = 0; i < MEMORY_PAGES; i++) {
        pages[i] = page_alloc_zeroed();
    }
}

/* What was written at the addresses is found where the pages are mapped anyway. */
static bool test_map(uint64_t seed)
{
    uint64_t sum = 0;
    bool good;

    take_pages();
    good = map_all(seed);
    for (unsigned i = 0; i < MEMORY_MAPPINGS; i++) {
        sum += *pages[i];
    }
    guest_report_value("mapped_sum", sum);
    guest_report_test("paging.map", good,
                      &(struct guest_failure){
                          .rule = "a page can be mapped at any address that is free",
                          .did = did,
                          .expected = "0",
                          .usually = "the unit tests of 2.5 say more",
                      });
    return good;
}

static void test_unmap(uint64_t seed)
{
    unsigned left = 0;

    for (unsigned i = 0; i < MEMORY_MAPPINGS; i++) {
        uint64_t address = memory_address(seed, i);

        pagetable_unmap(address, 1);
        left += xen_can_write(address) || pagetable_lookup(address) != FRAME_NONE;
    }
    format_text(did, sizeof did, "%u of %u addresses can still be written", left, MEMORY_MAPPINGS);
    guest_report_test("paging.unmap", left == 0,
                      &(struct guest_failure){
                          .rule = "after pagetable_unmap nobody reaches the pages there",
                          .did = did,
                          .expected = "none",
                          .usually = "the unit tests of 2.6 say more",
                      });
}

/* Over the border of two last-level tables, so that tables come and go. */
static bool play_rounds(uint64_t seed)
{
    struct random random = random_start(seed);
    pfn_t pfns[4];

    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t address = MEMORY_WINDOW + ((uint64_t)1 << 21) - random_below(&random, 6) * 4096;
        size_t count = 1 + random_below(&random, ARRAY_LENGTH(pfns));
        int error;

        for (size_t j = 0; j < count; j++) {
            pfns[j] = virtual_to_pfn(pages[random_below(&random, MEMORY_PAGES)]);
        }
        error = pagetable_map(address, pfns, count, ACCESS_WRITE);
        if (error != 0) {
            format_text(did, sizeof did, "round %u: pagetable_map(0x%lx) returned %d", i, address,
                        error);
            return false;
        }
        pagetable_unmap(address, count);
    }
    return true;
}

static void test_rounds(uint64_t seed, size_t before)
{
    bool good = play_rounds(seed);

    for (unsigned i = 0; i < MEMORY_PAGES; i++) {
        page_free(pages[i]);
    }
    guest_report_value("pages_lost", before - free_pages());
    guest_report_test("paging.rounds", good,
                      &(struct guest_failure){
                          .rule = "two thousand times mapped and unmapped is like never",
                          .did = did,
                          .expected = "0 each time",
                          .usually = "tables that became empty are not freed",
                      });
}

void test_mappings(uint64_t seed)
{
    size_t before = free_pages();

    if (test_map(seed)) {
        test_unmap(seed);
        test_rounds(seed, before);
    }
}
