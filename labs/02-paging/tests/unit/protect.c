/* Exercise 2.7: changing the access of mapped pages. */
#include "memory.h"

#include "suites.h"

#include <xen/errno.h>

#define PAGES FRAMES_PER_CHUNK
#define PLACE ((const void *)pagetable_protect)

static const pfn_t *pages;

static void start(uintptr_t va, size_t count, enum access access)
{
    int error;

    memory_start(PAGES);
    pages = memory_pages(count);
    error = pagetable_map(va, pages, count, access);
    CHECK(error == 0, .rule = "pagetable_map maps what can be mapped",
          .did = text("returned %d", error), .expected = "0", .where = (const void *)pagetable_map);
}

static void check_answer(int answer, int expected, const char *usually)
{
    CHECK(answer == expected, .rule = "what pagetable_protect returns (stardust/pagetable.h)",
          .did = text("returned %d", answer), .expected = text("%d", expected), .usually = usually,
          .where = PLACE);
}

static void check_mapped(uintptr_t va, size_t from, size_t to, enum access access)
{
    for (size_t i = from; i < to; i++) {
        memory_check_mapped(va + i * PAGE_SIZE, pages[i], access, PLACE);
    }
}

struct change {
    uintptr_t va;
    size_t count;
    enum access before, now;
};

/* With a neighbour that keeps its access. */
static void check_protect(const void *data)
{
    const struct change *change = data;
    uintptr_t va = change->va;
    size_t count = change->count;

    start(va, count + 1, change->before);
    check_answer(pagetable_protect(va, count, change->now), 0, "the pages are mapped");
    memory_check(PLACE);
    check_mapped(va, 0, count, change->now);
    check_mapped(va, count, count + 1, change->before);
}

static void check_each(const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_apart(check_protect, &changes[i]);
    }
}

static void test_read_only(void)
{
    static const struct change changes[] = {
        {WINDOW, 1, ACCESS_WRITE, ACCESS_READ},
        {WINDOW, 4, ACCESS_WRITE, ACCESS_READ},
        {WINDOW, 5, ACCESS_WRITE, ACCESS_READ},
    };

    check_each(changes, ARRAY_LENGTH(changes));
}

static void test_many(void)
{
    static const struct change changes[] = {
        {WINDOW, 300, ACCESS_WRITE, ACCESS_READ},
        {WINDOW + GIB_1 - 300 * PAGE_SIZE, 600, ACCESS_WRITE, ACCESS_READ},
    };

    check_each(changes, ARRAY_LENGTH(changes));
}

static void test_writable(void)
{
    static const struct change changes[] = {
        {WINDOW, 3, ACCESS_READ, ACCESS_WRITE},
        {WINDOW, 40, ACCESS_READ, ACCESS_WRITE},
    };

    check_each(changes, ARRAY_LENGTH(changes));
}

/* From writing to executing and back: never both. */
static void test_execute(void)
{
    static const struct change changes[] = {
        {WINDOW, 2, ACCESS_WRITE, ACCESS_EXECUTE},
        {WINDOW, 2, ACCESS_EXECUTE, ACCESS_WRITE},
        {WINDOW, 2, ACCESS_EXECUTE, ACCESS_READ},
    };

    check_each(changes, ARRAY_LENGTH(changes));
}

struct missing {
    size_t mapped, count;
};

/* The contract: those before the missing one were changed, and it holds on every vCPU. */
static void check_missing(const void *data)
{
    size_t mapped = ((const struct missing *)data)->mapped;
    size_t count = ((const struct missing *)data)->count;

    start(WINDOW, mapped, ACCESS_WRITE);
    check_answer(pagetable_protect(WINDOW, count, ACCESS_READ), -XEN_ENOENT,
                 "an entry that is not present is written, or left out without a word");
    memory_check(PLACE);
    check_mapped(WINDOW, 0, mapped, ACCESS_READ);
    memory_check_unmapped(WINDOW + mapped * PAGE_SIZE, count - mapped,
                          "an entry that was 0 is not 0 any more", PLACE);
}

static void test_missing(void)
{
    static const struct missing cases[] = {{1, 2}, {3, 10}, {40, 100}, {512, 514}};

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        test_apart(check_missing, &cases[i]);
    }
}

static void test_nothing_there(void)
{
    struct memory_state before;

    memory_start(PAGES);
    before = memory_state();
    check_answer(pagetable_protect(WINDOW, 1, ACCESS_READ), -XEN_ENOENT,
                 "not even a last-level table is there");
    memory_check_same(&before, "a table was made to protect nothing", PLACE);
}

/* A page table stays read-only, whoever asks. */
static void test_refused(void)
{
    uintptr_t va;

    memory_start(PAGES);
    va = (uintptr_t)fakexen_page(FAKEXEN_PAGE_TABLES);
    check_answer(pagetable_protect(va, 1, ACCESS_WRITE), -XEN_EINVAL,
                 "mmu_commit's answer is not looked at");
    memory_forgive();
    memory_check(PLACE);
}

CU_TestInfo protect_tests[] = {
    {"read_only", test_read_only}, {"many", test_many},       {"writable", test_writable},
    {"execute", test_execute},     {"missing", test_missing}, {"nothing_there", test_nothing_there},
    {"refused", test_refused},     CU_TEST_INFO_NULL,
};
