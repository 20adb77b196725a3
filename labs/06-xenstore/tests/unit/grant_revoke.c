/* Exercise 6.3: grant_revoke. */
#include "grant_around.h"

#include <tests/fakexen/explore.h>
#include <tests/fakexen/panic.h>

#include "suites.h"

static const void *const here = (const void *)grant_revoke;

static void check_answer(int answer, int expected)
{
    CHECK(answer == expected, .rule = "what grant_revoke returns " HEADER,
          .did = text("returned %d", answer), .expected = text("%d", expected), .where = here);
}

static void test_unused(void)
{
    grant_handle_t handle;
    grant_t grant;

    grant_around_start(2);
    grant = grant_around_give(0);
    check_answer(grant_revoke(grant), 0);
    CHECK(peer_map(grant, false, &handle) != GNTST_okay,
          .rule = "when grant_revoke returns 0, the other domain cannot reach the page any more",
          .did = text("it could map it: row %u has %s", grant, grant_around_row(grant)),
          .expected = "flags of 0: GTF_invalid", .where = here);
    grant_around_check(0, 0, here);
}

static void test_again(void)
{
    grant_t grant;

    grant_around_start(1);
    for (unsigned i = 0; i < 3 * GRANTS_PER_FRAME; i++) {
        check_answer(grant_revoke(grant_around_give(i)), 0);
    }
    grant = grant_around_give(7);
    CHECK(grant != 0, .rule = "a reference that was revoked can be given again",
          .did = "it was not", .expected = "a table of one page is enough", .where = here);
    grant_around_check(1, 0, here);
}

static void check_busy(bool write)
{
    grant_handle_t handle;
    grant_t grant;

    grant_around_start(2);
    grant = grant_around_give(0);
    CU_ASSERT_EQUAL(peer_map(grant, write, &handle), GNTST_okay);
    check_answer(grant_revoke(grant), -XEN_EBUSY);
    grant_around_check(1, 0, here);
    CHECK(grant_table.statistics.busy == 1, .rule = "statistics.busy counts " HEADER,
          .did = text("it is %lu", grant_table.statistics.busy), .expected = "1", .where = here);
    CU_ASSERT_EQUAL(peer_unmap(handle), GNTST_okay);
    check_answer(grant_revoke(grant), 0);
    grant_around_check(0, 0, here);
}

static void test_busy(void)
{
    check_busy(true);
}

/* Who reads only sets one of the two bits. */
static void test_read(void)
{
    check_busy(false);
}

/* The other domain comes in at one instruction of grant_revoke: either it is too late, or the grant stays. */
static grant_t contested;
static unsigned long moment;
static grant_handle_t mapped;
static int16_t status;
static int answer;

static void come_in(unsigned long steps, uintptr_t place)
{
    (void)place;
    if (steps == moment) {
        status = peer_map(contested, true, &mapped);
    }
}

static void revoke_as_built(void *argument)
{
    (void)argument;
    answer = as_built_grant_revoke(contested);
}

static bool contest(void)
{
    struct explore_options options = {
        .functions = {revoke_as_built}, .step = come_in, .seed = 1, .interval = 1000};
    struct explore_result result;

    grant_around_again();
    contested = grant_around_give(0);
    status = GNTST_eagain;
    result = explore(&options);
    explore_check(&result);
    fakexen_grant_check(here);
    CHECK(status == GNTST_eagain || (status == GNTST_okay) == (answer == -XEN_EBUSY),
          .rule = "either the grant is revoked, or the other domain has the page; never both",
          .did = text("the page was mapped after %lu instructions, and grant_revoke returned %d",
                      moment, answer),
          .expected = text("%d", -XEN_EBUSY),
          .usually =
              "the flags are read, judged and then written: a compare-and-exchange fails when "
              "they have changed in between",
          .where = here);
    return status != GNTST_eagain;
}

static void test_race(void)
{
    grant_around_start(2);
    for (moment = 1; contest(); moment++) {
    }
    CHECK(moment > 5, .rule = "grant_revoke does something", .did = "it ended at once",
          .expected = "instructions between which the other domain may come", .where = here);
}

/* The page is released at one instruction. Whatever comes of it, the answer must be true. */
static void leave(unsigned long steps, uintptr_t place)
{
    (void)place;
    if (steps == moment) {
        status = peer_unmap(mapped);
    }
}

static bool contest_leaving(void)
{
    struct explore_options options = {
        .functions = {revoke_as_built}, .step = leave, .seed = 1, .interval = 1000};
    struct explore_result result;

    grant_around_again();
    contested = grant_around_give(0);
    CU_ASSERT_EQUAL(peer_map(contested, true, &mapped), GNTST_okay);
    status = GNTST_eagain;
    result = explore(&options);
    explore_check(&result);
    grant_around_check(answer == 0 ? 0 : 1, 0, here);
    check_answer(answer, answer == 0 ? 0 : -XEN_EBUSY);
    return status != GNTST_eagain;
}

static void test_release(void)
{
    grant_around_start(2);
    for (moment = 1; contest_leaving(); moment++) {
    }
}

/* Access and revocation on all vCPUs: nobody gets a reference that somebody still has. */
static void give_and_revoke(void *argument)
{
    unsigned vcpu = (unsigned)(uintptr_t)argument;

    for (unsigned i = 0; i < 3; i++) {
        grant_t grant;

        if (as_built_grant_access(FAKEXEN_PEER, grant_around_page(vcpu), false, &grant) == 0) {
            CHECK(fakexen_grant_row(grant)->frame == fakexen_frame_of(grant_around_page(vcpu)),
                  .rule = "a reference belongs to one grant alone",
                  .did = text("row %u was given to another while it was in use", grant),
                  .expected = "grant_table.lock held while the list changes", .where = here);
            as_built_grant_revoke(grant);
        }
    }
}

static void check_none(void)
{
    grant_around_check(0, 0, here);
}

static void test_together(void)
{
    struct explore_options options = {
        .functions = {give_and_revoke, give_and_revoke, give_and_revoke, give_and_revoke},
        .arguments = {(void *)0, (void *)1, (void *)2, (void *)3}};

    grant_around_start(2);
    explore_seeds(&options, 60, grant_around_again, check_none);
}

static void revoke_what_is_free(void *grant)
{
    grant_revoke(*(grant_t *)grant);
}

static void test_twice(void)
{
    grant_t grant;

    grant_around_start(2);
    grant = grant_around_give(0);
    check_answer(grant_revoke(grant), 0);
    CHECK(panic_of(revoke_what_is_free, &grant) != NULL,
          .rule = "who revokes what is not granted has lost count: the kernel panics, before "
                  "somebody else loses his grant",
          .did = "revoked it again without a word", .expected = "a panic", .where = here);
}

CU_TestInfo revoke_tests[] = {
    {"unused", test_unused},     {"again", test_again}, {"busy", test_busy},
    {"read", test_read},         {"race", test_race},   {"release", test_release},
    {"together", test_together}, {"twice", test_twice}, CU_TEST_INFO_NULL,
};
