/* Exercise 2.6: unmapping pages. */
#include "memory.h"

#include <stardust/start_info.h>

#include "suites.h"

#define PAGES FRAMES_PER_CHUNK
#define PLACE ((const void *)pagetable_unmap)

static void map(uintptr_t va, const pfn_t *pages, size_t count)
{
    int error = pagetable_map(va, pages, count, ACCESS_WRITE);

    CHECK(error == 0, .rule = "pagetable_map maps what can be mapped",
          .did = text("returned %d", error), .expected = "0", .where = (const void *)pagetable_map);
}

struct place {
    uintptr_t va;
    size_t count;
};

static void check_each(void (*check)(const void *data), const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_apart(check, &places[i]);
    }
}

/* With a neighbour, so that its table stays: Xen makes vCPUs forget when a table goes. */
static void check_forgotten(const void *data)
{
    uintptr_t va = ((const struct place *)data)->va;
    size_t count = ((const struct place *)data)->count;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(count + 1);
    map(va, pages, count + 1);
    pagetable_unmap(va, count);
    memory_check(PLACE);
    memory_check_unmapped(va, count, "the entry was left as it was", PLACE);
    memory_check_mapped(va + count * PAGE_SIZE, pages[count], ACCESS_WRITE, PLACE);
}

static void test_one(void)
{
    static const struct place places[] = {{WINDOW + 3 * PAGE_SIZE, 1}};

    check_each(check_forgotten, places, ARRAY_LENGTH(places));
}

static void test_few(void)
{
    static const struct place places[] = {{WINDOW, 2}, {WINDOW, 4}, {WINDOW, 5}};

    check_each(check_forgotten, places, ARRAY_LENGTH(places));
}

static void test_many(void)
{
    static const struct place places[] = {{WINDOW, 31}, {WINDOW, 64}, {WINDOW, 300}};

    check_each(check_forgotten, places, ARRAY_LENGTH(places));
}

static void test_across_tables(void)
{
    static const struct place places[] = {{WINDOW + MIB_2 - 2 * PAGE_SIZE, 4},
                                          {WINDOW + GIB_1 - 90 * PAGE_SIZE, 100},
                                          {WINDOW + GIB_512 - 3 * PAGE_SIZE, 6}};

    check_each(check_forgotten, places, ARRAY_LENGTH(places));
}

/* Whatever was made for the mapping is gone with it. */
static void check_freed(const void *data)
{
    uintptr_t va = ((const struct place *)data)->va;
    size_t count = ((const struct place *)data)->count;
    struct memory_state before;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(count);
    before = memory_state();
    map(va, pages, count);
    pagetable_unmap(va, count);
    memory_check_same(&before,
                      "a table whose last entry went is still hooked in, pinned, or not "
                      "given to page_free; and then the one above may be empty too",
                      PLACE);
    memory_check_unmapped(va, count, NULL, PLACE);
}

static void test_tables_freed(void)
{
    static const struct place places[] = {{WINDOW, 1},
                                          {WINDOW + MIB_2 - PAGE_SIZE, 2},
                                          {WINDOW + GIB_512 - PAGE_SIZE, 2},
                                          {WINDOW + 17 * PAGE_SIZE, 700}};

    check_each(check_freed, places, ARRAY_LENGTH(places));
}

/* A table goes with its last entry, not before. */
static void test_one_by_one(void)
{
    struct memory_state before;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(40);
    before = memory_state();
    map(WINDOW + MIB_2 - 20 * PAGE_SIZE, pages, 40);
    for (size_t i = 0; i < 40; i++) {
        uintptr_t va = WINDOW + MIB_2 + (i * 7 % 40) * PAGE_SIZE - 20 * PAGE_SIZE;

        memory_check_mapped(va, pages[i * 7 % 40], ACCESS_WRITE, PLACE);
        pagetable_unmap(va, 1);
        memory_check(PLACE);
    }
    memory_check_same(&before, "the count of present entries went wrong", PLACE);
}

/* A table that came filled has entries, too: it goes with the last of them. */
static void test_installed(void)
{
    struct memory_state before;
    const pfn_t *pages;
    uint64_t *table;
    int error;

    memory_start(PAGES);
    pages = memory_pages(3);
    before = memory_state();
    table = page_alloc_zeroed();
    for (size_t i = 0; i < 3; i++) {
        table[i] = pagetable_entry(guest.p2m[pages[i]], ACCESS_WRITE);
    }
    error = pagetable_install(WINDOW, 1, table);
    CHECK(error == 0, .rule = "pagetable_install takes a table with entries",
          .did = text("returned %d", error), .expected = "0",
          .where = (const void *)pagetable_install);
    pagetable_unmap(WINDOW + PAGE_SIZE, 1);
    memory_check(PLACE);
    memory_check_mapped(WINDOW, pages[0], ACCESS_WRITE, PLACE);
    memory_check_mapped(WINDOW + 2 * PAGE_SIZE, pages[2], ACCESS_WRITE, PLACE);
    pagetable_unmap(WINDOW, 3);
    memory_check_same(&before,
                      "the entries that the table had when it was installed are not "
                      "counted",
                      PLACE);
}

/* Where nothing is mapped nothing happens: no table is there, or the table has no entry. */
static void test_holes(void)
{
    struct memory_state before;
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(3);
    before = memory_state();
    map(WINDOW + 10 * PAGE_SIZE, pages, 1);
    map(WINDOW + 600 * PAGE_SIZE, pages + 1, 1);
    map(WINDOW + 5 * MIB_2, pages + 2, 1);
    pagetable_unmap(WINDOW, 6 * 512);
    memory_check_same(&before,
                      "an entry that was not present is counted, or the walk ends at the "
                      "first table that is missing",
                      PLACE);
    memory_check_unmapped(WINDOW, 6 * 512, NULL, PLACE);
}

static void test_never_mapped(void)
{
    struct memory_state before;

    memory_start(PAGES);
    before = memory_state();
    pagetable_unmap(WINDOW, 1);
    pagetable_unmap(WINDOW + 3 * PAGE_SIZE, 2000);
    memory_check_same(&before, "there is no last-level table to look into", PLACE);
}

/* The domain builder's tables have no records, and stay. */
static void test_builders_tables(void)
{
    uintptr_t va = KERNEL_BASE;

    memory_start(PAGES);
    pagetable_unmap(va, 16);
    memory_check(PLACE);
    memory_check_unmapped(va, 16, NULL, PLACE);
}

/* The page itself is untouched, and can be mapped again at once. */
static void test_again(void)
{
    const pfn_t *pages;

    memory_start(PAGES);
    pages = memory_pages(2);
    for (unsigned i = 0; i < 20; i++) {
        map(WINDOW, pages, 2);
        memory_check_mapped(WINDOW, pages[0], ACCESS_WRITE, PLACE);
        memory_check_mapped(WINDOW + PAGE_SIZE, pages[1], ACCESS_WRITE, PLACE);
        pagetable_unmap(WINDOW, 2);
        memory_check(PLACE);
        map(WINDOW, pages + 1, 1);
        memory_check_mapped(WINDOW, pages[1], ACCESS_WRITE, PLACE);
        pagetable_unmap(WINDOW, 1);
        memory_check(PLACE);
    }
}

CU_TestInfo unmap_tests[] = {
    {"one", test_one},
    {"few", test_few},
    {"many", test_many},
    {"across_tables", test_across_tables},
    {"tables_freed", test_tables_freed},
    {"one_by_one", test_one_by_one},
    {"installed", test_installed},
    {"holes", test_holes},
    {"never_mapped", test_never_mapped},
    {"builders_tables", test_builders_tables},
    {"again", test_again},
    CU_TEST_INFO_NULL,
};
