/* Exercise 6.1: grant_table_grow. */
#include "grant_around.h"

#include "suites.h"

static const void *const here = (const void *)grant_table_grow;

static void check_answer(int answer, int expected, const char *usually)
{
    CHECK(answer == expected, .rule = "what grant_table_grow returns (kernel/xen/grant_table.h)",
          .did = text("returned %d", answer), .expected = text("%d", expected), .usually = usually,
          .where = here);
}

static void test_first(void)
{
    grant_around_start(4);
    check_answer(grant_around_grow(), 0, NULL);
    CHECK(grant_around.placed == 1 && fakexen_grant_frames() == 1,
          .rule = "the table becomes larger by one page, which Xen makes and we place",
          .did = text("%u pages were placed, and Xen has made %u", grant_around.placed,
                      fakexen_grant_frames()),
          .expected = "1 and 1", .where = here);
    grant_around_check(0, 0, here);
}

/* The reserved references are those of the table, not of each page. */
static void test_next(void)
{
    grant_around_start(4);
    for (unsigned pages = 1; pages <= 3; pages++) {
        check_answer(grant_around_grow(), 0, NULL);
        CHECK(grant_around.placed == pages, .rule = "each call makes it larger by a page",
              .did = text("%u pages were placed after %u calls", grant_around.placed, pages),
              .expected = text("%u", pages), .where = here);
        grant_around_check(0, 0, here);
    }
}

static void test_lowest_first(void)
{
    grant_around_start(2);
    check_answer(grant_around_grow(), 0, NULL);
    CHECK(grant_table.first_free == GNTTAB_NR_RESERVED_ENTRIES,
          .rule = "the references 0 to 7 are reserved, and the lowest of the others comes first "
                  "(kernel/xen/grant_table.h)",
          .did = text("first_free is %u", grant_table.first_free), .expected = "8",
          .usually = "the list is filled from the lowest on, each in front of those before",
          .where = here);
}

static void test_limit(void)
{
    unsigned long calls;

    grant_around_start(2);
    check_answer(grant_around_grow(), 0, NULL);
    check_answer(grant_around_grow(), 0, "the limit is taken for one less than it is");
    calls = fakexen.calls;
    check_answer(grant_around_grow(), -XEN_ENOSPC, "the limit is taken for one more than it is");
    CHECK(fakexen.calls == calls,
          .rule = "Xen is not asked for more than it allows: statistics.frames_max is known",
          .did = text("made %lu hypercalls", fakexen.calls - calls), .expected = "none",
          .where = here);
    grant_around_check(0, 0, here);
}

static void test_no_memory(void)
{
    grant_around_start(2);
    grant_around.no_memory = true;
    check_answer(grant_around_grow(), -XEN_ENOMEM, "grant_table_place's answer is not looked at");
    grant_around_check(0, 0, here);
    grant_around.no_memory = false;
    check_answer(grant_around_grow(), 0, "what failed once is never tried again");
    grant_around_check(0, 0, here);
}

static long refuse_setup(const struct fakexen_call *call)
{
    struct gnttab_setup_table *setup = (struct gnttab_setup_table *)call->arguments[1];

    CU_ASSERT_EQUAL(call->arguments[0], GNTTABOP_setup_table);
    setup->status = GNTST_general_error;
    return 0;
}

static long refuse_all(const struct fakexen_call *call)
{
    (void)call;
    return -XEN_EFAULT;
}

static void check_refused(long (*answer)(const struct fakexen_call *call), const char *usually)
{
    int error;

    grant_around_start(2);
    fakexen.answer = answer;
    error = grant_around_grow();
    fakexen.answer = NULL;
    CHECK(error != 0 && grant_around.placed == 0,
          .rule = "how an operation went is in its `status`; the hypercall returns 0 when it was "
                  "tried (stardust/hypercall.h)",
          .did = text("Xen refused, and grant_table_grow returned %d, with %u pages placed", error,
                      grant_around.placed),
          .expected = "an error, and no page", .usually = usually, .where = here);
    grant_around_check(0, 0, here);
}

static void test_status(void)
{
    check_refused(refuse_setup, "only the hypercall's answer is looked at");
}

static void test_refused(void)
{
    check_refused(refuse_all, "only the status is looked at, which nobody wrote");
}

CU_TestInfo grow_tests[] = {
    {"first", test_first},
    {"next", test_next},
    {"lowest_first", test_lowest_first},
    {"limit", test_limit},
    {"no_memory", test_no_memory},
    {"status", test_status},
    {"refused", test_refused},
    CU_TEST_INFO_NULL,
};
