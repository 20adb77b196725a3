/* Exercise 2.4: making a page a page table. */
#include "memory.h"

#include <string.h>

#include <stardust/chunks.h>
#include <stardust/start_info.h>

#include <tests/fakexen/describe.h>
#include <tests/fakexen/machine.h>
#include <tests/fakexen/tables.h>
#include <tests/fakexen/types.h>

#include "suites.h"

#include <xen/errno.h>

#define PAGES FRAMES_PER_CHUNK
#define PLACE ((const void *)pagetable_install)

static uint64_t *new_table(void)
{
    uint64_t *table = page_alloc_zeroed();

    CHECK(table != NULL, .rule = "page_alloc_zeroed returns a page while there is memory",
          .did = "returned NULL", .expected = "a page", .where = (const void *)page_alloc_zeroed);
    return table;
}

static void check_answer(int answer, int expected, const char *usually)
{
    CHECK(answer == expected, .rule = "what pagetable_install returns (stardust/pagetable.h)",
          .did = text("returned %d", answer), .expected = text("%d", expected), .usually = usually,
          .where = PLACE);
}

/* After an error it is memory like before. */
static void check_untouched(uint64_t *table, const uint64_t *before, const char *usually)
{
    mfn_t mfn = fakexen_frame_of(virtual_to_pfn(table));

    CHECK(type_level(mfn) == 0 && !machine_frames[mfn].pinned,
          .rule = "on an error the page is as it was (stardust/pagetable.h)",
          .did = text("it is still %s", describe_frame(mfn)), .expected = "no page table",
          .usually = usually, .where = PLACE);
    CHECK(machine_frames[mfn].type == TYPE_WRITABLE,
          .rule = "on an error the page is as it was (stardust/pagetable.h)",
          .did = text("it cannot be written any more: %s", describe_walk((uintptr_t)table)),
          .expected = "a mapping with ACCESS_WRITE, as before", .usually = usually, .where = PLACE);
    CHECK(memcmp(table, before, PAGE_SIZE) == 0,
          .rule = "on an error the page is as it was (stardust/pagetable.h)",
          .did = "its content has changed", .expected = "no change", .where = PLACE);
}

static void check_is_table(uintptr_t va, const uint64_t *table, unsigned level)
{
    struct table_walk walk = table_walk(va);
    mfn_t mfn = fakexen_frame_of(virtual_to_pfn(table));

    CHECK(walk.level <= level && walk.tables[level] == mfn,
          .rule = "the page is the table for the addresses around va (stardust/pagetable.h)",
          .did =
              text("the walk for 0x%lx: %s; the page's frame is 0x%lx", va, describe_walk(va), mfn),
          .expected = text("frame 0x%lx as the L%u table on the way", mfn, level),
          .usually =
              "hooked into the wrong entry: (va >> (12 + 9 * (level of the table above - 1)))"
              " & 511",
          .where = PLACE);
    CHECK(type_level(mfn) == level, .rule = "Xen takes the page for a table of that level",
          .did = text("it is %s", describe_frame(mfn)), .expected = text("an L%u table", level),
          .where = PLACE);
}

static void test_hooks(void)
{
    uintptr_t va = WINDOW + 7 * MIB_2;
    const pfn_t *pages;
    uint64_t *table;

    memory_start(PAGES);
    pages = memory_pages(3);
    table = new_table();
    table[0] = pagetable_entry(guest.p2m[pages[0]], ACCESS_WRITE);
    table[9] = pagetable_entry(guest.p2m[pages[1]], ACCESS_READ);
    table[511] = pagetable_entry(guest.p2m[pages[2]], ACCESS_WRITE);
    check_answer(pagetable_install(va, 1, table), 0, "the tables above it are missing: make them");
    check_is_table(va, table, 1);
    memory_check(PLACE);
    memory_check_mapped(va, pages[0], ACCESS_WRITE, PLACE);
    memory_check_mapped(va + 9 * PAGE_SIZE, pages[1], ACCESS_READ, PLACE);
    memory_check_mapped(va + 511 * PAGE_SIZE, pages[2], ACCESS_WRITE, PLACE);
    memory_check_unmapped(va + PAGE_SIZE, 8, "the entries were changed", PLACE);
}

/* One page above is enough for the second table of the same GiB. */
static void test_shares(void)
{
    struct memory_state before;

    memory_start(PAGES);
    check_answer(pagetable_install(WINDOW, 1, new_table()), 0, NULL);
    before = memory_state();
    check_answer(pagetable_install(WINDOW + MIB_2, 1, new_table()), 0, NULL);
    check_answer(pagetable_install(WINDOW + GIB_1 - MIB_2, 1, new_table()), 0, NULL);
    memory_check(PLACE);
    CHECK(memory_free() == before.free - 2,
          .rule = "only tables that are missing are made (stardust/pagetable.h)",
          .did = text("two tables took %zu pages", before.free - memory_free()), .expected = "2",
          .usually = "the walk is not looked at before tables are made", .where = PLACE);
}

static void test_upper_levels(void)
{
    memory_start(PAGES);
    for (unsigned level = 1; level < TOP_LEVEL; level++) {
        uintptr_t va = WINDOW + level * GIB_512;
        uint64_t *table = new_table();

        check_answer(pagetable_install(va, level, table), 0, NULL);
        check_is_table(va, table, level);
        memory_check(PLACE);
    }
}

static void test_exists(void)
{
    uint64_t *table, before[PAGE_SIZE / sizeof(uint64_t)];

    memory_start(PAGES);
    check_answer(pagetable_install(WINDOW, 1, new_table()), 0, NULL);
    table = new_table();
    table[1] = pagetable_entry(guest.p2m[memory_pages(1)[0]], ACCESS_WRITE);
    memcpy(before, table, sizeof before);
    check_answer(pagetable_install(WINDOW + PAGE_SIZE, 1, table), -XEN_EEXIST,
                 "the table that is there was replaced");
    check_untouched(table, before, "-XEN_EEXIST is found out before anything is changed");
    memory_check(PLACE);
}

/* Xen looks at every entry, and refuses the table for one bad one. */
static void check_refused(uint64_t entry)
{
    uint64_t before[PAGE_SIZE / sizeof(uint64_t)];
    uint64_t *table = new_table();

    table[100] = entry;
    memcpy(before, table, sizeof before);
    check_answer(pagetable_install(WINDOW + MIB_2, 1, table), -XEN_EINVAL,
                 "mmu_commit's answer is not looked at");
    check_untouched(table, before,
                    "what was done before Xen refused is not undone: the page stays "
                    "read-only, or pinned");
    memory_forgive();
    memory_check(PLACE);
}

static void test_refused(void)
{
    memory_start(PAGES);
    check_answer(pagetable_install(WINDOW, 1, new_table()), 0, NULL);
    check_refused(pagetable_entry(fakexen_frame_of(3) + 1, ACCESS_READ));
    check_refused(pagetable_entry(fakexen_frame_of(FAKEXEN_PAGE_TABLES), ACCESS_WRITE));
}

/* Two tables above are wanted, and there are pages for fewer. */
static void check_no_memory(const void *data)
{
    size_t left = *(const size_t *)data;
    uint64_t before[PAGE_SIZE / sizeof(uint64_t)];
    struct memory_state state;
    uint64_t *table;

    memory_start(PAGES);
    table = new_table();
    memcpy(before, table, sizeof before);
    memory_use_up(left);
    state = memory_state();
    check_answer(pagetable_install(WINDOW, 1, table), -XEN_ENOMEM,
                 "page_alloc's NULL is not looked at");
    check_untouched(table, before, NULL);
    memory_check_same(&state, "a table above that was made is empty, and nobody frees it", PLACE);
}

static void test_no_memory(void)
{
    test_apart(check_no_memory, &(size_t){0});
    test_apart(check_no_memory, &(size_t){1});
}

/* What pagetable_install is there for first of all: memory that the domain builder did not map. */
static void test_takes_memory_in(void)
{
    size_t pages = 3 * FRAMES_PER_CHUNK + 300, count = 0;

    memory_start(pages);
    CHECK(chunks_untouched() > 0, .rule = "memory is taken in when it is wanted",
          .did = "all of it was taken in at once", .where = PLACE);
    while (page_alloc() != NULL) {
        count++;
    }
    memory_check(PLACE);
    CHECK(chunks_untouched() == 0,
          .rule = "frames_alloc takes in the next chunk before the last pages are gone: its tables "
                  "need pages (stardust/frames.h, FRAMES_RESERVED)",
          .did = text("page_alloc returned NULL after %zu pages, with %zu pages not taken in",
                      count, chunks_untouched()),
          .expected = "all of the memory",
          .usually = "chunks_take_in is called only when nothing is left",
          .where = (const void *)frames_alloc);
    CHECK(count > pages - 100, .rule = "all of the memory can be had",
          .did = text("%zu pages of %zu could be had", count, pages),
          .expected = "all but those for tables, records and the image",
          .where = (const void *)page_alloc);
}

CU_TestInfo install_tests[] = {
    {"hooks", test_hooks},
    {"shares", test_shares},
    {"upper_levels", test_upper_levels},
    {"exists", test_exists},
    {"refused", test_refused},
    {"no_memory", test_no_memory},
    {"takes_memory_in", test_takes_memory_in},
    CU_TEST_INFO_NULL,
};
