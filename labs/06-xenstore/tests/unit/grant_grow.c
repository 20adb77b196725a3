/* Exercise 6.1: the table grows. */
#include "grant_around.h"

#include "suites.h"

static const void *const here = (const void *)grant_access;

/* Give all references of the table, as it is and as it becomes. Returns the first error. */
static int give_all(unsigned most, unsigned *count)
{
    int error = 0;
    grant_t grant;

    for (*count = 0; *count < most && error == 0; *count += error == 0) {
        error = grant_access(FAKEXEN_PEER, grant_around_page(*count), false, &grant);
    }
    return error;
}

static void test_first(void)
{
    grant_t grant;

    grant_around_start(4);
    grant = grant_around_give(0);
    CHECK(grant_around.placed == 1 && fakexen_grant_frames() == 1,
          .rule = "the table has no pages until the first grant, and one then " HEADER,
          .did = text("%u pages were placed, and Xen has made %u", grant_around.placed,
                      fakexen_grant_frames()),
          .expected = "1", .where = here);
    CHECK(grant >= GNTTAB_NR_RESERVED_ENTRIES,
          .rule = "references 0 to 7 are reserved: the toolstack uses them (public header "
                  "xen/grant_table.h, GNTTAB_NR_RESERVED_ENTRIES)",
          .did = text("the first reference was %u", grant), .expected = "8 or above",
          .where = here);
    grant_around_check(1, 0, here);
}

static void test_full_page(void)
{
    unsigned count;
    int error;

    grant_around_start(4);
    error = give_all(GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES, &count);
    CHECK(error == 0 && grant_around.placed == 1,
          .rule = "all references of a page but the reserved ones are used before the table grows",
          .did = text("%u were given, then error %d, and there are %u pages", count, error,
                      grant_around.placed),
          .expected = text("%u in one page", GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES),
          .usually = "the first 8 of each page are left out, not only those of the table",
          .where = here);
    grant_around_check(count, 0, here);
    grant_around_give(0);
    CHECK(grant_around.placed == 2, .rule = "when no reference is free, the table grows by a page",
          .did = text("there are %u pages", grant_around.placed), .expected = "2", .where = here);
    grant_around_check(count + 1, 0, here);
}

static void test_limit(void)
{
    unsigned all = 3 * GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES, count;
    unsigned long calls;
    int error;

    grant_around_start(3);
    error = give_all(all + 1, &count);
    CHECK(error == -XEN_ENOSPC && count == all,
          .rule = "the table grows up to what Xen allows (statistics.frames_max), then there is "
                  "-XEN_ENOSPC " HEADER,
          .did = text("%u references were given, then came %d", count, error),
          .expected = text("%u, then %d", all, -XEN_ENOSPC),
          .usually = "Xen is asked for one page too many, or too few", .where = here);
    grant_around_check(all, 0, here);
    calls = fakexen.calls;
    CHECK(give_all(1, &count) == -XEN_ENOSPC && fakexen.calls == calls,
          .rule = "Xen is not asked for more than it allows: frames_max is known",
          .did = text("made %lu hypercalls", fakexen.calls - calls), .expected = "none",
          .where = here);
}

static void test_no_memory(void)
{
    unsigned count;
    int error;

    grant_around_start(2);
    grant_around.no_memory = true;
    error = give_all(1, &count);
    CHECK(error == -XEN_ENOMEM,
          .rule = "when there is no memory for the larger table, grant_access says so " HEADER,
          .did = text("returned %d", error), .expected = text("%d", -XEN_ENOMEM),
          .usually = "grant_table_place's answer is not looked at", .where = here);
    grant_around_check(0, 0, here);
    grant_around.no_memory = false;
    grant_around_give(0);
    grant_around_check(1, 0, here);
}

static long refuse_setup(const struct fakexen_call *call)
{
    struct gnttab_setup_table *setup = (struct gnttab_setup_table *)call->arguments[1];

    CU_ASSERT_EQUAL(call->arguments[0], GNTTABOP_setup_table);
    setup->status = GNTST_general_error;
    return 0;
}

/* The hypercall returns 0, and says by `status` that it did nothing. */
static void test_status(void)
{
    unsigned count;
    int error;

    grant_around_start(2);
    fakexen.answer = refuse_setup;
    error = give_all(1, &count);
    fakexen.answer = NULL;
    CHECK(error != 0 && grant_around.placed == 0,
          .rule = "how an operation went is in its `status`; the hypercall returns 0 when it was "
                  "tried (stardust/hypercall.h)",
          .did = text("Xen refused, and grant_access returned %d, with %u pages placed", error,
                      grant_around.placed),
          .expected = "an error, and no page",
          .usually = "only the hypercall's answer is looked at", .where = here);
    grant_around_check(0, 0, here);
}

CU_TestInfo grow_tests[] = {
    {"first", test_first},         {"full_page", test_full_page}, {"limit", test_limit},
    {"no_memory", test_no_memory}, {"status", test_status},       CU_TEST_INFO_NULL,
};
