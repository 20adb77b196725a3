/* From what a run showed to results and points: dependencies, sums, and who is to blame. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <tests/ktap/fence.h>

#include "evidence.h"
#include "tap.h"

enum { TOKEN = 7, SEED = 3 };

#define WORDS(...)                                                                                 \
    {                                                                                              \
        .list = (char *[]){__VA_ARGS__}, .count = sizeof((char *[]){__VA_ARGS__}) / sizeof(char *) \
    }

static struct exercise exercises[] = {{.number = "1.1", .points = 60},
                                      {.number = "1.2", .points = 40}};

enum { BUILD, UNIT, ALIVE, FACTS, LAST };

static struct check checks[] = {
    {.name = "build", .exercise = "1.1", .points = 10, .kind = CHECK_BUILD},
    {.name = "unit",
     .exercise = "1.1",
     .points = 20,
     .kind = CHECK_UNIT,
     .needs = WORDS("build"),
     .tests = WORDS("a.one", "a.two")},
    {.name = "alive",
     .exercise = "1.1",
     .points = 30,
     .kind = CHECK_DIRECT,
     .needs = WORDS("build"),
     .tests = WORDS("x.one")},
    {.name = "facts",
     .exercise = "1.2",
     .points = 25,
     .kind = CHECK_DIRECT,
     .needs = WORDS("alive"),
     .values = WORDS("pages")},
    {.name = "last",
     .exercise = "1.2",
     .points = 15,
     .kind = CHECK_DOMAIN,
     .needs = WORDS("facts", "unit"),
     .online = true,
     .end = true},
};

static const struct lab lab = {.name = "demo",
                               .exercises = exercises,
                               .exercise_count = 2,
                               .checks = checks,
                               .check_count = 5};

static struct grading begin(void)
{
    return grading_start(&lab);
}

static void fenced(struct evidence *e, const char *start, const char *name, const char *verdict)
{
    char digits[FENCE_DIGITS + 1];

    fence_digits(digits, fence_make(TOKEN, name, verdict));
    text_printf(&e->output, "%s # fence=%s\n", start, digits);
}

/* Read the output of `e` and judge by it. */
static void judge(struct evidence *e, struct grading *g, enum check_kind kind)
{
    struct run run = run_choose(TOKEN, SEED, kind == CHECK_DOMAIN, 1);

    text_append(&e->output, "", 0);
    ktap_read(&e->ktap, &e->output, TOKEN, "end of demo tests");
    evidence_judge(e, &run, g, kind);
    evidence_free(e);
}

static void pass(struct grading *g, int check)
{
    verdict_set(&g->verdicts[check], RESULT_PASS, NULL);
}

static void add_pages(struct evidence *e, uint64_t pages)
{
    char digits[FENCE_DIGITS + 1];
    char *start;

    fence_digits(digits, pages);
    start = format_string("value pages %s", digits);
    fenced(e, start, "pages", digits);
    free(start);
}

static uint64_t right_pages(void)
{
    struct run run = run_choose(TOKEN, SEED, false, 1);

    return expect_value("pages", &run);
}

static unsigned all_vcpus(void)
{
    return run_choose(TOKEN, SEED, true, 1).vcpus;
}

static void test_all_pass(void)
{
    struct grading g = begin();
    struct evidence unit = {.end = RUN_ENDED}, direct = {.end = RUN_ENDED},
                    domain = {.end = RUN_ENDED, .vcpus_online = all_vcpus()};

    pass(&g, BUILD);
    text_printf(&unit.output, "1..2\n");
    fenced(&unit, "ok 1 a.one", "a.one", "ok");
    fenced(&unit, "ok 2 a.two", "a.two", "ok");
    judge(&unit, &g, CHECK_UNIT);
    text_printf(&direct.output, "1..1\n");
    fenced(&direct, "ok 1 x.one", "x.one", "ok");
    add_pages(&direct, right_pages());
    judge(&direct, &g, CHECK_DIRECT);
    CU_ASSERT_TRUE(grading_ready(&g, CHECK_DOMAIN));
    text_printf(&domain.output, "end of demo tests\n");
    judge(&domain, &g, CHECK_DOMAIN);
    CU_ASSERT_EQUAL(grading_score(&g), 100);
    CU_ASSERT_EQUAL(exercise_score(&g, &exercises[0]), 60);
    CU_ASSERT_FALSE(grading_is_broken(&g));
    grading_free(&g);
}

static void test_skipping(void)
{
    struct grading g = begin();

    verdict_set(&g.verdicts[BUILD], RESULT_FAIL, "no");
    for (enum check_kind kind = CHECK_UNIT; kind < CHECK_KINDS; kind++) {
        CU_ASSERT_FALSE(grading_ready(&g, kind));
        grading_settle(&g, kind);
    }
    for (int i = UNIT; i <= LAST; i++) {
        CU_ASSERT_EQUAL(g.verdicts[i].result, RESULT_SKIP);
    }
    CU_ASSERT_STRING_EQUAL(g.verdicts[LAST].reason, "needs facts");
    CU_ASSERT_EQUAL(grading_score(&g), 0);
    grading_free(&g);
}

/* A check that fails takes those with it that need it, in the same run too, and no others. */
static void test_same_run(void)
{
    struct grading g = begin();
    struct evidence direct = {.end = RUN_ENDED};

    pass(&g, BUILD);
    CU_ASSERT_TRUE(grading_ready(&g, CHECK_DIRECT));
    CU_ASSERT_FALSE(grading_ready(&g, CHECK_DOMAIN));
    text_printf(&direct.output, "1..1\n");
    fenced(&direct, "not ok 1 x.one", "x.one", "not ok");
    add_pages(&direct, right_pages());
    judge(&direct, &g, CHECK_DIRECT);
    CU_ASSERT_EQUAL(g.verdicts[ALIVE].result, RESULT_FAIL);
    CU_ASSERT_EQUAL(g.verdicts[FACTS].result, RESULT_SKIP);
    CU_ASSERT_EQUAL(g.verdicts[UNIT].result, RESULT_OPEN);
    CU_ASSERT_EQUAL(grading_score(&g), 10);
    grading_free(&g);
}

static void test_value(void)
{
    struct grading g = begin();
    struct evidence direct = {.end = RUN_ENDED};

    pass(&g, BUILD);
    pass(&g, ALIVE);
    add_pages(&direct, right_pages() + 1);
    judge(&direct, &g, CHECK_DIRECT);
    CU_ASSERT_EQUAL(g.verdicts[FACTS].result, RESULT_FAIL);
    CU_ASSERT_PTR_NOT_NULL(strstr(g.verdicts[FACTS].diagnosis.expected, "the guest was given"));
    grading_free(&g);
}

static void check_end(enum run_end end, enum result expected)
{
    struct grading g = begin();
    struct evidence direct = {.end = end, .reason = copy_string("the reason")};

    pass(&g, BUILD);
    judge(&direct, &g, CHECK_DIRECT);
    CU_ASSERT_EQUAL(g.verdicts[ALIVE].result, expected);
    CU_ASSERT_EQUAL(g.verdicts[FACTS].result, RESULT_SKIP);
    CU_ASSERT_EQUAL(grading_is_broken(&g), expected == RESULT_INFRA);
    CU_ASSERT_EQUAL(grading_score(&g), 10);
    grading_free(&g);
}

static void test_ends(void)
{
    check_end(RUN_ENDED, RESULT_FAIL);
    check_end(RUN_CRASHED, RESULT_CRASH);
    check_end(RUN_TIMEOUT, RESULT_TIMEOUT);
    check_end(RUN_FLOODED, RESULT_FAIL);
    check_end(RUN_BROKEN, RESULT_INFRA);
}

/* Test lines that were printed before a crash count; the end does not. */
static void test_end_evidence(void)
{
    struct grading g = begin();
    struct evidence domain = {.end = RUN_CRASHED, .reason = copy_string("it crashed")};

    pass(&g, UNIT);
    pass(&g, FACTS);
    text_printf(&domain.output, "end of demo tests\n");
    judge(&domain, &g, CHECK_DOMAIN);
    CU_ASSERT_EQUAL(g.verdicts[LAST].result, RESULT_CRASH);
    grading_free(&g);

    struct grading again = begin();
    struct evidence silent = {.end = RUN_ENDED, .vcpus_online = all_vcpus()};

    pass(&again, UNIT);
    pass(&again, FACTS);
    text_printf(&silent.output, "something else\n");
    judge(&silent, &again, CHECK_DOMAIN);
    CU_ASSERT_EQUAL(again.verdicts[LAST].result, RESULT_FAIL);
    grading_free(&again);
}

/* The guest may say that all its vCPUs are up; it is not asked. */
static void test_online(void)
{
    struct grading g = begin();
    struct evidence domain = {.end = RUN_ENDED, .vcpus_online = all_vcpus() - 1};

    pass(&g, UNIT);
    pass(&g, FACTS);
    text_printf(&domain.output, "end of demo tests\n");
    judge(&domain, &g, CHECK_DOMAIN);
    CU_ASSERT_EQUAL(g.verdicts[LAST].result, RESULT_FAIL);
    CU_ASSERT_PTR_NOT_NULL(strstr(g.verdicts[LAST].reason, "vCPUs online"));
    grading_free(&g);
}

/* What the script in dom0 printed; a guest's word for it does not count. */
static enum result seen(const char *script, const char *said)
{
    struct grading g = begin();
    struct evidence domain = {.end = RUN_ENDED,
                              .vcpus_online = all_vcpus(),
                              .script = script != NULL ? copy_string(script) : NULL};
    enum result result;

    checks[LAST].seen = (struct words)WORDS("pages");
    pass(&g, UNIT);
    pass(&g, FACTS);
    text_printf(&domain.output, "%send of demo tests\n", said);
    judge(&domain, &g, CHECK_DOMAIN);
    checks[LAST].seen = (struct words){0};
    result = g.verdicts[LAST].result;
    grading_free(&g);
    return result;
}

static void test_seen(void)
{
    struct run run = run_choose(TOKEN, SEED, true, 1);
    uint64_t right = expect_value("pages", &run);
    char *good = format_string("waiting\nseen pages %016" PRIx64 "\nseen other 1\n", right);
    char *wrong = format_string("seen pages %016" PRIx64 "\n", right + 1);
    char *hidden = format_string("it has seen pages %016" PRIx64 "\n", right);

    CU_ASSERT_EQUAL(seen(good, ""), RESULT_PASS);
    CU_ASSERT_EQUAL(seen(wrong, ""), RESULT_FAIL);
    CU_ASSERT_EQUAL(seen(hidden, ""), RESULT_FAIL);
    CU_ASSERT_EQUAL(seen("seen pages", ""), RESULT_FAIL);
    CU_ASSERT_EQUAL(seen(NULL, good), RESULT_FAIL);
    free(good);
    free(wrong);
    free(hidden);
}

static void test_hole(void)
{
    struct grading g = begin();
    struct evidence unit = {.end = RUN_ENDED};

    pass(&g, BUILD);
    text_printf(&unit.output, "1..2\n");
    fenced(&unit, "not ok 1 a.one", "a.one", "not ok");
    text_printf(&unit.output,
                "    rule: exercise 1.1 is still to be done\n    you did: stopped at a hole\n"
                "    expected: do it\n    where: kernel/a.c:12\n");
    judge(&unit, &g, CHECK_UNIT);
    CU_ASSERT_STRING_EQUAL_FATAL(g.verdicts[UNIT].hole.exercise, "1.1");
    CU_ASSERT_STRING_EQUAL(g.verdicts[UNIT].hole.file, "kernel/a.c");
    CU_ASSERT_EQUAL(g.verdicts[UNIT].hole.line, 12);
    CU_ASSERT_STRING_EQUAL(g.verdicts[UNIT].hole.text, "do it");
    grading_free(&g);
}

static void test_only(void)
{
    struct grading g = begin();
    char *unknown = grading_only(&g, "facts,nonsense");

    CU_ASSERT_STRING_EQUAL(unknown, "nonsense");
    CU_ASSERT_FALSE(g.verdicts[BUILD].not_asked);
    CU_ASSERT_FALSE(g.verdicts[ALIVE].not_asked);
    CU_ASSERT_TRUE(g.verdicts[UNIT].not_asked);
    CU_ASSERT_TRUE(g.verdicts[LAST].not_asked);
    pass(&g, BUILD);
    CU_ASSERT_FALSE(grading_ready(&g, CHECK_UNIT));
    CU_ASSERT_TRUE(grading_ready(&g, CHECK_DIRECT));
    free(unknown);
    grading_free(&g);
}

static void test_parameters(void)
{
    struct run one = run_choose(TOKEN, SEED, false, 1), same = run_choose(TOKEN, SEED, false, 1);
    struct run other = run_choose(TOKEN, SEED + 1, false, 1),
               guest = run_choose(TOKEN, SEED, true, 1);

    CU_ASSERT_EQUAL(memcmp(&one, &same, sizeof one), 0);
    CU_ASSERT_STRING_NOT_EQUAL(one.word, other.word);
    CU_ASSERT_STRING_NOT_EQUAL(one.word, guest.word);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct run run = run_choose(TOKEN, seed, true, 1);

        struct run more = run_choose(TOKEN, seed, true, 3);

        CU_ASSERT_TRUE(run.memory >= 24 && run.memory <= 96 && run.vcpus >= 1 && run.vcpus <= 4);
        CU_ASSERT_TRUE(more.memory == run.memory && more.vcpus >= 3 && more.vcpus <= 4);
    }
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"everything passes", test_all_pass},
        {"what needs a failed check is skipped", test_skipping},
        {"the same within one run", test_same_run},
        {"a wrong value", test_value},
        {"each end has its result", test_ends},
        {"a good end takes evidence from outside", test_end_evidence},
        {"vCPUs that xl does not see", test_online},
        {"what dom0's script saw", test_seen},
        {"a hole is found in a unit test's words", test_hole},
        {"some checks only, and what they need", test_only},
        {"parameters follow from the seed", test_parameters},
    };

    return TAP_RUN("evidence", tests);
}
