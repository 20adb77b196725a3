/* Exercise 6.2: grant_access. */
#include "grant_around.h"

#include <stardust/start_info.h>

#include <tests/fakexen/explore.h>

#include "suites.h"

static const void *const here = (const void *)grant_access;

static void check_row(grant_t grant, unsigned i, uint16_t flags)
{
    const struct grant_entry_v1 *row = fakexen_grant_row(grant);

    CHECK(row != NULL && row->flags == flags && row->domid == FAKEXEN_PEER &&
              row->frame == fakexen_frame_of(grant_around_page(i)),
          .rule = "a row says who may do what with which machine frame (public header "
                  "xen/grant_table.h, struct grant_entry_v1)",
          .did = text("row %u: %s", grant, grant_around_row(grant)),
          .expected = text("flags 0x%x, domain %u, frame 0x%lx", flags, FAKEXEN_PEER,
                           fakexen_frame_of(grant_around_page(i))),
          .usually = "a page's number stands where its machine frame belongs", .where = here);
}

static void test_row(void)
{
    grant_around_start(2);
    check_row(grant_around_give(3), 3, GTF_permit_access);
    grant_around_check(1, 0, here);
}

static void test_read_only(void)
{
    grant_handle_t handle;
    grant_t grant;

    grant_around_start(2);
    CHECK(grant_access(FAKEXEN_PEER, grant_around_page(1), true, &grant) == 0,
          .rule = "what grant_access returns " HEADER, .did = "an error", .expected = "0",
          .where = here);
    check_row(grant, 1, GTF_permit_access | GTF_readonly);
    CHECK(peer_map(grant, true, &handle) != GNTST_okay &&
              peer_map(grant, false, &handle) == GNTST_okay,
          .rule = "`read_only`: the other domain may map the page to read, not to write",
          .did = "it could not read, or could write", .expected = "GTF_readonly in the flags",
          .where = here);
}

static void test_each(void)
{
    grant_t first, second;

    grant_around_start(2);
    first = grant_around_give(0);
    second = grant_around_give(0);
    CHECK(first != second, .rule = "each grant has a reference of its own",
          .did = text("two have the reference %u", first), .expected = "two", .where = here);
    check_row(first, 0, GTF_permit_access);
    check_row(second, 0, GTF_permit_access);
    grant_around_check(2, 0, here);
}

static void test_used(void)
{
    grant_handle_t handle;
    grant_t grant;

    grant_around_start(2);
    grant = grant_around_give(2);
    CHECK(peer_map(grant, true, &handle) == GNTST_okay && peer_page(handle) != NULL,
          .rule = "the other domain can map what it was granted", .did = "Xen refused it",
          .expected = "GNTST_okay", .where = here);
    *(volatile char *)peer_page(handle) = 'x';
    CHECK(*(volatile char *)fakexen_page(grant_around_page(2)) == 'x',
          .rule = "it is our page that it writes to", .did = "it wrote to another",
          .expected = "the page granted", .where = here);
}

static void test_invalid(void)
{
    unsigned long calls;
    grant_t grant;
    int error;

    grant_around_start(2);
    calls = fakexen.calls;
    error = grant_access(FAKEXEN_PEER, guest.pages, false, &grant);
    CHECK(error == -XEN_EINVAL && fakexen.calls == calls,
          .rule = "a page that does not exist is not granted: -XEN_EINVAL " HEADER,
          .did = text("grant_access of page 0x%lx, of 0x%lx, returned %d", guest.pages, guest.pages,
                      error),
          .expected = text("%d", -XEN_EINVAL), .where = here);
    grant_around_check(0, 0, here);
}

/* A page whose frame does not fit into a row, and one that ballooning has taken away: ~0 in the list. */
static void test_range(void)
{
    grant_t grant;
    int error;

    grant_around_start(2);
    fakexen.p2m[grant_around_page(1)] = (uint64_t)1 << 32;
    error = grant_access(FAKEXEN_PEER, grant_around_page(1), false, &grant);
    CHECK(error == -XEN_ERANGE,
          .rule = "a row of version 1 has 32 bits for the frame; others are refused " HEADER,
          .did = text("the frame is 0x100000000, and grant_access returned %d", error),
          .expected = text("%d", -XEN_ERANGE), .usually = "the upper bits are cut off",
          .where = here);
    grant_around_check(0, 0, here);
}

/* Give `most` references, of the table as it is and as it becomes. Returns the first error. */
static int give_many(unsigned most, unsigned *count)
{
    int error = 0;
    grant_t grant;

    for (*count = 0; *count < most && error == 0; *count += error == 0) {
        error = grant_access(FAKEXEN_PEER, grant_around_page(*count), false, &grant);
    }
    return error;
}

static void test_full_page(void)
{
    unsigned count;
    int error;

    grant_around_start(4);
    error = give_many(GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES, &count);
    CHECK(error == 0 && grant_around.placed == 1,
          .rule = "all references of a page but the reserved ones are used before the table grows",
          .did = text("%u were given, then error %d, and there are %u pages", count, error,
                      grant_around.placed),
          .expected = text("%u in one page", GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES),
          .usually = "the table grows although references are free", .where = here);
    grant_around_give(0);
    CHECK(grant_around.placed == 2, .rule = "when no reference is free, the table grows by a page",
          .did = text("there are %u pages", grant_around.placed), .expected = "2", .where = here);
    grant_around_check(count + 1, 0, here);
}

static void test_no_more(void)
{
    unsigned all = 2 * GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES, count;
    int error;

    grant_around_start(2);
    error = give_many(all + 1, &count);
    CHECK(error == -XEN_ENOSPC && count == all,
          .rule = "when the table is full and cannot grow, there is -XEN_ENOSPC " HEADER,
          .did = text("%u references were given, then came %d", count, error),
          .expected = text("%u, then %d", all, -XEN_ENOSPC),
          .usually = "grant_table_grow's answer is not looked at", .where = here);
    grant_around_check(all, 0, here);
}

/* Between any two instructions, the row is either not valid, or complete. */
static grant_t looked_at;

static void look(unsigned long steps, uintptr_t place)
{
    const struct grant_entry_v1 *row = fakexen_grant_row(looked_at);

    (void)steps;
    CHECK(row == NULL || row->flags == 0 ||
              (row->domid == FAKEXEN_PEER && row->frame == fakexen_frame_of(grant_around_page(5)) &&
               row->flags == (GTF_permit_access | GTF_readonly)),
          .rule = "the flags make a row valid, so they are written last, all at once: Xen may look "
                  "at any time (public header xen/grant_table.h, \"Introducing a valid entry\")",
          .did = text("for a moment there was a row with %s", grant_around_row(looked_at)),
          .expected = "domain and frame first, then the flags",
          .usually = "the compiler may write fields in any order: a release store keeps it",
          .where = (const void *)place);
}

static void give_as_built(void *argument)
{
    grant_t grant;

    (void)argument;
    as_built_grant_access(FAKEXEN_PEER, grant_around_page(5), true, &grant);
}

static void test_published_last(void)
{
    struct explore_options options = {.functions = {give_as_built}, .step = look, .seed = 1};
    struct explore_result result;

    grant_around_start(2);
    CU_ASSERT_EQUAL(grant_around_grow(), 0);
    looked_at = grant_table.first_free;
    result = explore(&options);
    explore_check(&result);
    CU_ASSERT_EQUAL(fakexen_grant_row(looked_at)->flags, GTF_permit_access | GTF_readonly);
}

/* Two vCPUs at once: nobody gets another's reference. */
static grant_t given[VCPUS][3];

static void give_some(void *argument)
{
    unsigned vcpu = (unsigned)(uintptr_t)argument;

    for (unsigned i = 0; i < 3; i++) {
        as_built_grant_access(FAKEXEN_PEER, grant_around_page(3 * vcpu + i), false,
                              &given[vcpu][i]);
    }
}

static void check_given(void)
{
    for (unsigned i = 0; i < 3 * VCPUS; i++) {
        check_row(given[i / 3][i % 3], i, GTF_permit_access);
    }
    grant_around_check(3 * VCPUS, 0, here);
}

static void test_together(void)
{
    struct explore_options options = {.functions = {give_some, give_some, give_some, give_some},
                                      .arguments = {(void *)0, (void *)1, (void *)2, (void *)3}};

    grant_around_start(2);
    explore_seeds(&options, 60, grant_around_again, check_given);
}

CU_TestInfo grant_tests[] = {
    {"row", test_row},
    {"read_only", test_read_only},
    {"each", test_each},
    {"used", test_used},
    {"invalid", test_invalid},
    {"range", test_range},
    {"full_page", test_full_page},
    {"no_more", test_no_more},
    {"published_last", test_published_last},
    {"together", test_together},
    CU_TEST_INFO_NULL,
};
