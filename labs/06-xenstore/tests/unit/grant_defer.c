/* Exercise 6.3: pages that are in use when they are to be freed. */
#include "grant_around.h"

#include <stardust/memory.h>

#include <tests/fakexen/explore.h>

#include "suites.h"

#define PLACE ((const void *)grant_revoke_page)
#define RETRY ((const void *)grants_retry)

static void *page_at(unsigned i)
{
    return pfn_to_virtual(grant_around_page(i));
}

static void check_freed(unsigned count, const void *where)
{
    CHECK(grant_around.freed == count,
          .rule = "a page is freed as soon as its grant is revoked, and not before " HEADER,
          .did = text("%u pages were freed", grant_around.freed), .expected = text("%u", count),
          .where = where);
}

static void test_at_once(void)
{
    grant_around_start(2);
    grant_revoke_page(grant_around_give(4), page_at(4));
    check_freed(1, PLACE);
    CHECK(grant_around.last == page_at(4), .rule = "it is the page granted that is freed",
          .did = text("freed %p", grant_around.last), .expected = text("%p", page_at(4)),
          .where = PLACE);
    CHECK(grant_around.retries == 0, .rule = "nothing is tried again that has worked",
          .did = "grant_table_retry_later was called", .expected = "not called", .where = PLACE);
    grant_around_check(0, 0, PLACE);
}

/* Give page `i`, map it, and revoke it. */
static grant_handle_t defer(unsigned i)
{
    grant_t grant = grant_around_give(i);
    grant_handle_t handle;

    CU_ASSERT_EQUAL(peer_map(grant, true, &handle), GNTST_okay);
    grant_revoke_page(grant, page_at(i));
    return handle;
}

static void test_in_use(void)
{
    grant_handle_t handle;

    grant_around_start(2);
    handle = defer(0);
    check_freed(0, PLACE);
    CHECK(grant_around.retries > 0,
          .rule = "somebody must try again later: grant_table_retry_later sees to that "
                  "(kernel/xen/grant_table.h)",
          .did = "it was not called", .expected = "called", .where = PLACE);
    grant_around_check(1, 1, PLACE);
    CHECK(grants_retry(10) == 1, .rule = "grants_retry returns how many are left " HEADER,
          .did = "another number than 1, with one page in use", .expected = "1", .where = RETRY);
    check_freed(0, RETRY);
    grant_around_check(1, 1, RETRY);
    CU_ASSERT_EQUAL(peer_unmap(handle), GNTST_okay);
    CHECK(grants_retry(10) == 0, .rule = "a page that nobody uses any more is freed",
          .did = "one is left", .expected = "none", .where = RETRY);
    check_freed(1, RETRY);
    grant_around_check(0, 0, RETRY);
    CHECK(grant_table.statistics.late == 1, .rule = "statistics.late counts them " HEADER,
          .did = text("it is %lu", grant_table.statistics.late), .expected = "1", .where = RETRY);
}

/* What comes back late is as good as what came back at once. */
static void test_reused(void)
{
    grant_handle_t handle;

    grant_around_start(1);
    handle = defer(0);
    peer_unmap(handle);
    grants_retry(10);
    for (unsigned i = 0; i < GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES; i++) {
        grant_around_give(i);
    }
    grant_around_check(GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES, 0, RETRY);
}

/* A bounded number at once, and everybody's turn comes. */
static void test_turns(void)
{
    grant_handle_t handles[6];

    grant_around_start(2);
    for (unsigned i = 0; i < ARRAY_LENGTH(handles); i++) {
        handles[i] = defer(i);
    }
    grant_around_check(6, 6, PLACE);
    peer_unmap(handles[4]);
    peer_unmap(handles[1]);
    grants_retry(1);
    check_freed(0, RETRY);
    grants_retry(2);
    check_freed(1, RETRY);
    CHECK(grant_around.last == page_at(1),
          .rule = "the one that has waited longest is tried first; what is still in use waits "
                  "behind the others " HEADER,
          .did = "after three attempts another page was freed", .expected = "the second",
          .usually = "a page that is still in use stays first: then nobody behind it gets a turn",
          .where = RETRY);
    grant_around_check(5, 5, RETRY);
    grants_retry(2);
    check_freed(2, RETRY);
    grant_around_check(4, 4, RETRY);
}

static void test_bounded(void)
{
    grant_around_start(2);
    for (unsigned i = 0; i < 5; i++) {
        defer(i);
    }
    grant_table.statistics.late = 0;
    CHECK(grants_retry(1000) == 5, .rule = "grants_retry ends when it has tried each once",
          .did = "did something else", .expected = "5 are left", .where = RETRY);
    CHECK(grants_retry(0) == 5, .rule = "`most` of them at most", .did = "tried more than none",
          .expected = "5 are left", .where = RETRY);
    check_freed(0, RETRY);
    grant_around_check(5, 5, RETRY);
}

/* A vCPU defers, another tries again, and the second domain lets go at any moment. */
static grant_t shared[3];
static grant_handle_t held[3];

static void revoke_pages(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < 3; i++) {
        as_built_grant_revoke_page(shared[i], page_at(i));
    }
}

static void retry_often(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < 4; i++) {
        as_built_grants_retry(2);
    }
}

static void let_go(uint64_t random)
{
    peer_unmap(held[random % 3]);
}

static void give_and_map(void)
{
    grant_around_again();
    for (unsigned i = 0; i < 3; i++) {
        shared[i] = grant_around_give(i);
        CU_ASSERT_EQUAL(peer_map(shared[i], true, &held[i]), GNTST_okay);
    }
}

static void check_all_freed(void)
{
    for (unsigned i = 0; i < 3; i++) {
        peer_unmap(held[i]);
    }
    grants_retry(10);
    check_freed(3, RETRY);
    grant_around_check(0, 0, RETRY);
}

static void test_together(void)
{
    struct explore_options options = {.functions = {revoke_pages, retry_often, retry_often},
                                      .outside = let_go,
                                      .outside_interval = 150};

    grant_around_start(2);
    explore_seeds(&options, 60, give_and_map, check_all_freed);
}

CU_TestInfo defer_tests[] = {
    {"at_once", test_at_once}, {"in_use", test_in_use},   {"reused", test_reused},
    {"turns", test_turns},     {"bounded", test_bounded}, {"together", test_together},
    CU_TEST_INFO_NULL,
};
