/* Exercise 2.5: mapping pages. */
#include "memory.h"

#include <stardust/start_info.h>

#include "suites.h"

#include <xen/errno.h>

#define PAGES FRAMES_PER_CHUNK
#define PLACE ((const void *)pagetable_map)

static void check_answer(int answer, int expected, const char *usually)
{
    CHECK(answer == expected, .rule = "what pagetable_map returns (stardust/pagetable.h)",
          .did = text("returned %d", answer), .expected = text("%d", expected), .usually = usually,
          .where = PLACE);
}

static void map_and_check(uintptr_t va, size_t count, enum access access)
{
    const pfn_t *pages = memory_pages(count);

    check_answer(pagetable_map(va, pages, count, access), 0, "Xen refused, or a table is missing");
    memory_check(PLACE);
    for (size_t i = 0; i < count; i++) {
        memory_check_mapped(va + i * PAGE_SIZE, pages[i], access, PLACE);
    }
}

static void test_one(void)
{
    memory_start(PAGES);
    map_and_check(WINDOW + 5 * PAGE_SIZE, 1, ACCESS_WRITE);
    memory_check_unmapped(WINDOW, 5, "more was mapped than asked for", PLACE);
    memory_check_unmapped(WINDOW + 6 * PAGE_SIZE, 506, "more was mapped than asked for", PLACE);
}

static void test_access(void)
{
    memory_start(PAGES);
    map_and_check(WINDOW, 2, ACCESS_READ);
    map_and_check(WINDOW + 2 * PAGE_SIZE, 2, ACCESS_EXECUTE);
    map_and_check(WINDOW + 4 * PAGE_SIZE, 2, ACCESS_WRITE);
}

/* Code in a page that may be executed really runs there. */
static void test_execute(void)
{
    static const unsigned char code[] = {0xb8, 0x2a, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */
    const pfn_t *page;
    volatile unsigned char *bytes;

    memory_start(PAGES);
    page = memory_pages(1);
    bytes = pfn_to_virtual(*page);
    for (size_t i = 0; i < sizeof code; i++) {
        bytes[i] = code[i];
    }
    check_answer(pagetable_map(WINDOW, page, 1, ACCESS_EXECUTE), 0, NULL);
    memory_check(PLACE);
    CU_ASSERT_EQUAL(((int (*)(void))WINDOW)(), 42);
}

/* From the middle of one table to the middle of another. */
static void test_across_tables(void)
{
    memory_start(PAGES);
    map_and_check(WINDOW + MIB_2 - 100 * PAGE_SIZE, 700, ACCESS_WRITE);
}

static void test_across_gib(void)
{
    memory_start(PAGES);
    map_and_check(WINDOW + GIB_1 - 3 * PAGE_SIZE, 6, ACCESS_WRITE);
}

static void test_across_all_levels(void)
{
    memory_start(PAGES);
    map_and_check(WINDOW + GIB_512 - PAGE_SIZE, 2, ACCESS_WRITE);
}

static void test_nothing(void)
{
    struct memory_state before;

    memory_start(PAGES);
    before = memory_state();
    check_answer(pagetable_map(WINDOW, NULL, 0, ACCESS_WRITE), 0, NULL);
    memory_check_same(&before, "no page is no reason for a table", PLACE);
}

static void test_twice(void)
{
    const pfn_t *page;

    memory_start(PAGES);
    page = memory_pages(1);
    check_answer(pagetable_map(WINDOW, page, 1, ACCESS_WRITE), 0, NULL);
    check_answer(pagetable_map(WINDOW + GIB_1, page, 1, ACCESS_READ), 0, "a page may have aliases");
    memory_check(PLACE);
    memory_check_mapped(WINDOW, *page, ACCESS_WRITE, PLACE);
    memory_check_mapped(WINDOW + GIB_1, *page, ACCESS_READ, PLACE);
}

static void test_unaligned(void)
{
    struct memory_state before;
    const pfn_t *page;

    memory_start(PAGES);
    page = memory_pages(1);
    before = memory_state();
    check_answer(pagetable_map(WINDOW + 8, page, 1, ACCESS_WRITE), -XEN_EINVAL,
                 "the lower bits of the address are cut off without a word");
    check_answer(pagetable_map(WINDOW + PAGE_SIZE - 1, page, 1, ACCESS_WRITE), -XEN_EINVAL, NULL);
    memory_check_same(&before, "an address is looked at first", PLACE);
}

struct place {
    uintptr_t va;
    size_t distance; /* of the page that makes it fail */
    size_t count;
    bool neighbour; /* a page behind is mapped already, so that the table stays */
};

/* What is in the way was mapped there before. */
static void check_exists(const void *data)
{
    const struct place *place = data;
    uintptr_t obstacle = place->va + place->distance * PAGE_SIZE;
    struct memory_state before;
    const pfn_t *pages;
    pfn_t old;

    memory_start(PAGES);
    old = memory_pages(1)[0];
    check_answer(pagetable_map(obstacle, &old, 1, ACCESS_READ), 0, NULL);
    pages = memory_pages(place->count);
    before = memory_state();
    check_answer(pagetable_map(place->va, pages, place->count, ACCESS_WRITE), -XEN_EEXIST,
                 "a mapping that is there is replaced");
    memory_check_same(&before, "tables made for nothing are left", PLACE);
    memory_check_unmapped(place->va, place->distance,
                          "what was mapped before the error stays mapped", PLACE);
    memory_check_unmapped(obstacle + PAGE_SIZE, place->count - place->distance - 1,
                          "mapping goes on behind the error", PLACE);
    memory_check_mapped(obstacle, old, ACCESS_READ, PLACE);
}

static void test_exists(void)
{
    static const struct place places[] = {
        {WINDOW, 0, 1, false},
        {WINDOW, 3, 5, false},
        {WINDOW, 30, 31, false},
        {WINDOW + MIB_2 - 10 * PAGE_SIZE, 12, 20, false},
        {WINDOW + GIB_1 - 2 * MIB_2, 530, 600, false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        test_apart(check_exists, &places[i]);
    }
}

static void check_no_memory(const void *data)
{
    struct memory_state before;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(2);
    memory_use_up(*(const size_t *)data);
    before = memory_state();
    check_answer(pagetable_map(WINDOW, pages, 2, ACCESS_WRITE), -XEN_ENOMEM,
                 "page_alloc's NULL is not looked at");
    memory_check_same(
        &before, "a table that was made before pages ran out is empty, and nobody frees it", PLACE);
    memory_check_unmapped(WINDOW, 2, "half of it stays mapped", PLACE);
}

/* Three tables are missing; the pages for them run out one after the other. */
static void test_no_memory(void)
{
    for (size_t left = 0; left < 3; left++) {
        test_apart(check_no_memory, &left);
    }
}

/* The first of two tables exists; for the second there is no page. */
static void test_no_memory_later(void)
{
    uintptr_t va = WINDOW + MIB_2 - 5 * PAGE_SIZE;
    struct memory_state before;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(11);
    check_answer(pagetable_map(WINDOW, pages, 1, ACCESS_WRITE), 0, NULL);
    memory_use_up(0);
    before = memory_state();
    check_answer(pagetable_map(va, pages + 1, 10, ACCESS_WRITE), -XEN_ENOMEM, NULL);
    memory_check_same(&before, "what was mapped in the first table is not taken back", PLACE);
    memory_check_unmapped(va, 10, "what was mapped before the error stays mapped", PLACE);
}

/* Xen refuses one of them in the middle: it is a page table. */
static void check_refused(const void *data)
{
    const struct place *place = data;
    struct memory_state before;
    pfn_t pages[100];

    memory_start(PAGES);
    for (size_t i = 0; i < place->count; i++) {
        pages[i] = i == place->distance ? (pfn_t)FAKEXEN_PAGE_TABLES : memory_pages(1)[0];
    }
    check_answer(pagetable_map(place->va + place->count * PAGE_SIZE, memory_pages(1),
                               place->neighbour, ACCESS_READ),
                 0, NULL);
    before = memory_state();
    check_answer(pagetable_map(place->va, pages, place->count, ACCESS_WRITE), -XEN_EINVAL,
                 "mmu_commit's answer is not looked at");
    memory_forgive();
    memory_check_same(&before, "after a refusal everything is taken back, tables too", PLACE);
    memory_check_unmapped(place->va, place->count, "the pages that Xen did not refuse stay mapped",
                          PLACE);
}

static void test_refused(void)
{
    static const struct place places[] = {
        {WINDOW, 0, 1, false},
        {WINDOW, 2, 4, false},
        {WINDOW, 2, 40, true},
        {WINDOW + MIB_2 - 50 * PAGE_SIZE, 70, 100, false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        test_apart(check_refused, &places[i]);
    }
}

CU_TestInfo map_tests[] = {
    {"one", test_one},
    {"access", test_access},
    {"execute", test_execute},
    {"across_tables", test_across_tables},
    {"across_gib", test_across_gib},
    {"across_all_levels", test_across_all_levels},
    {"nothing", test_nothing},
    {"twice", test_twice},
    {"unaligned", test_unaligned},
    {"exists", test_exists},
    {"no_memory", test_no_memory},
    {"no_memory_later", test_no_memory_later},
    {"refused", test_refused},
    CU_TEST_INFO_NULL,
};
