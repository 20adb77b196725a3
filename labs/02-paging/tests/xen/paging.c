/*
 * Lab 2 on the real hypervisor: the kernel has booted with the student's allocator when this runs.
 *
 * Each part writes words that follow from the seed, and adds what it finds in memory afterwards; the grader knows the sums
 * (tests/ktap/memory.h). Values: pages, blocks_sum, pages_sum, memory_sum, mapped_sum, writable_pages, pages_lost.
 */
#include <stardust/application.h>
#include <stardust/bytes.h>
#include <stardust/chunks.h>
#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/pagetable.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>
#include <tests/ktap/memory.h>

#include <xen/errno.h>

#define ROUNDS 10000

static uint64_t seed;
static char did[160];

static uint64_t *page_at(pfn_t pfn)
{
    return pfn_to_virtual(pfn);
}

/* Pages that can be had, when no cache keeps any. */
static size_t free_pages(void)
{
    page_cache_drain();
    return frames_statistics().free;
}

static pfn_t blocks[MEMORY_BLOCKS];

static bool take_block(unsigned i, unsigned again)
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

static uint64_t add_blocks(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < MEMORY_BLOCKS; i++) {
        for (unsigned page = 0; page < 1u << memory_order(seed, i); page++) {
            sum += *page_at(blocks[i] + page);
        }
    }
    return sum;
}

static bool use_blocks(void)
{
    bool good = true;

    for (unsigned i = 0; i < MEMORY_BLOCKS; i++) {
        good = good && take_block(i, 0);
    }
    for (unsigned i = 1; good && i < MEMORY_BLOCKS; i += 2) {
        frames_free(blocks[i], memory_order(seed, i));
    }
    for (unsigned i = 1; good && i < MEMORY_BLOCKS; i += 2) {
        good = take_block(i, 1);
    }
    return good;
}

static void test_blocks(void)
{
    size_t before = free_pages();
    bool good = use_blocks();

    guest_report_value("blocks_sum", good ? add_blocks() : 0);
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

static uint64_t *pages[MEMORY_PAGES];

static void test_pages(void)
{
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

/* Pages are linked through their second word, so that no list of them needs memory. */
static uint64_t **take_memory(uint64_t count)
{
    uint64_t **last = NULL;

    for (uint64_t i = 0; i < count; i++) {
        uint64_t **page = page_alloc();

        if (page == NULL) {
            format_text(did, sizeof did,
                        "page_alloc returned NULL for page %lu of %lu; %zu were not taken in", i,
                        count, chunks_untouched());
            return NULL;
        }
        /* The first word is the link; a word that would lie there comes right behind. */
        page[0] = (uint64_t *)last;
        page[memory_offset(seed, i) / 8 + (memory_offset(seed, i) == 0)] =
            (uint64_t *)memory_word(seed, "memory", i);
        last = page;
    }
    return last;
}

/* From the last page back to the first. */
static uint64_t give_memory(uint64_t **page, uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = count; i > 0; i--) {
        uint64_t **next = (uint64_t **)page[0];
        size_t offset = memory_offset(seed, i - 1);

        sum += (uint64_t)page[offset / 8 + (offset == 0)];
        page_free(page);
        page = next;
    }
    return sum;
}

static void test_memory(void)
{
    uint64_t count = memory_most(guest.pages);
    uint64_t **last = take_memory(count);

    guest_report_value("pages", guest.pages);
    guest_report_value("memory_sum", last != NULL ? give_memory(last, count) : 0);
    guest_report_test("paging.memory", last != NULL,
                      &(struct guest_failure){
                          .rule = "memory that the domain builder did not map is taken in when it "
                                  "is needed",
                          .did = did,
                          .expected = "three quarters of all pages, at once",
                          .usually = "pagetable_install fails, or frames_alloc asks for more too "
                                     "late: see 2.4",
                      });
}

/* A page for each address, and none of the tables on the way exists. */
static bool map_all(void)
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
static bool test_map(void)
{
    uint64_t sum = 0;
    bool good;

    take_pages();
    good = map_all();
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

/* Xen is asked to write there, and its answer is what counts: it faults where we would. */
static bool xen_can_write(uint64_t address)
{
    return hypercall_xen_version(XENVER_extraversion, (void *)address) == 0;
}

static void test_unmap(void)
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
static bool play_rounds(void)
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

static void test_rounds(size_t before)
{
    bool good = play_rounds();

    for (unsigned i = 0; i < MEMORY_PAGES; i++) {
        page_free(pages[i]);
    }
    guest_report_value("pages_lost", before - free_pages());
    guest_report_test("paging.rounds", good,
                      &(struct guest_failure){
                          .rule = "ten thousand times mapped and unmapped is like never",
                          .did = did,
                          .expected = "0 each time",
                          .usually = "tables that became empty are not freed",
                      });
}

static uint64_t writable_pages(uint64_t base)
{
    uint64_t writable = 0;

    for (unsigned i = 0; i < MEMORY_PROTECTED; i++) {
        writable |= (uint64_t)xen_can_write(base + i * (uint64_t)PAGE_SIZE) << i;
    }
    return writable;
}

static int protect_all(uint64_t base)
{
    static const enum access accesses[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    int error = 0;

    for (unsigned i = 0; i < MEMORY_PROTECTIONS && error == 0; i++) {
        struct memory_protection p = memory_protection(seed, i);

        error =
            pagetable_protect(base + p.first * (uint64_t)PAGE_SIZE, p.count, accesses[p.access]);
    }
    return error;
}

static void test_protect(void)
{
    uint64_t base = MEMORY_WINDOW + ((uint64_t)1 << 30) - 20 * PAGE_SIZE;
    pfn_t pfns[MEMORY_PROTECTED];
    int error;

    for (unsigned i = 0; i < MEMORY_PROTECTED; i++) {
        pfns[i] = frames_alloc(0);
    }
    error = pagetable_map(base, pfns, MEMORY_PROTECTED, ACCESS_WRITE);
    error = error == 0 ? protect_all(base) : error;
    guest_report_value("writable_pages", writable_pages(base));
    pagetable_unmap(base, MEMORY_PROTECTED);
    format_text(did, sizeof did, "returned %d", error);
    guest_report_test("paging.protect", error == 0,
                      &(struct guest_failure){
                          .rule = "the access of mapped pages can be changed",
                          .did = did,
                          .expected = "0",
                          .usually = "the unit tests of 2.7 say more",
                      });
}

int application_run(const char *words)
{
    size_t before;

    (void)words;
    guest_report_begin(7);
    seed = guest_report_seed();
    test_blocks();
    test_pages();
    test_memory();
    before = free_pages();
    if (test_map()) {
        test_unmap();
        test_rounds(before);
        test_protect();
    }
    print("%s\n", KTAP_GUEST_END("paging"));
    return 0;
}
