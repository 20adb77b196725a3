/* Reports of tests: what counts, and what a hostile program may print without getting anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <tests/ktap/fence.h>

#include "ktap.h"
#include "tap.h"

enum { TOKEN = 0x1234 };

static struct text output;

static void fenced(const char *start, const char *name, const char *verdict)
{
    char digits[FENCE_DIGITS + 1];

    fence_digits(digits, fence_make(TOKEN, name, verdict));
    text_printf(&output, "%s # fence=%s\n", start, digits);
}

static struct ktap read_output(void)
{
    struct ktap k;

    ktap_read(&k, &output, TOKEN, "end of demo tests");
    text_free(&output);
    return k;
}

static void check_state(const struct ktap *k, const char *name, enum ktap_state state)
{
    const struct ktap_test *t = ktap_find(k, name);

    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(t->state, state);
}

static void test_plain(void)
{
    struct ktap k;

    text_printf(&output, "(XEN) some line\nKTAP version 1\n1..3\n");
    fenced("ok 1 a.one", "a.one", "ok");
    fenced("not ok 2 a.two", "a.two", "not ok");
    text_printf(&output,
                "    rule: water is wet\r\n    you did: nothing\n    where: a.c:3 f <- g\n");
    text_printf(&output, "ok 3 a.three # SKIP no time\r\n");
    fenced("value pages 0000000000008000", "pages", "0000000000008000");
    text_printf(&output, "end of demo tests\r\n");
    k = read_output();
    CU_ASSERT_EQUAL(k.plan, 3);
    check_state(&k, "a.one", KTAP_PASSED);
    check_state(&k, "a.two", KTAP_FAILED);
    check_state(&k, "a.three", KTAP_SKIPPED);
    CU_ASSERT_STRING_EQUAL(ktap_find(&k, "a.two")->diagnosis.rule, "water is wet");
    CU_ASSERT_STRING_EQUAL(ktap_find(&k, "a.two")->diagnosis.where, "a.c:3 f <- g");
    CU_ASSERT_PTR_NULL(ktap_find(&k, "a.two")->diagnosis.usually);
    CU_ASSERT_STRING_EQUAL(ktap_find(&k, "a.three")->why, "no time");
    CU_ASSERT_EQUAL(ktap_find_value(&k, "pages")->value, 0x8000);
    CU_ASSERT_PTR_NULL(ktap_find_value(&k, "pages")->why);
    CU_ASSERT_TRUE(k.ended);
    ktap_free(&k);
}

static void test_forged(void)
{
    struct ktap k;

    text_printf(&output, "1..4\nok 1 a.none\nok 2 a.wrong # fence=0123456789abcdef\n");
    fenced("ok 3 a.other", "a.one", "ok");           /* another test's fence */
    fenced("ok 4 a.verdict", "a.verdict", "not ok"); /* the fence of the other verdict */
    fenced("value pages 0000000000008001", "pages", "0000000000008000");
    k = read_output();
    check_state(&k, "a.none", KTAP_SUSPECT);
    check_state(&k, "a.wrong", KTAP_SUSPECT);
    check_state(&k, "a.other", KTAP_SUSPECT);
    check_state(&k, "a.verdict", KTAP_SUSPECT);
    CU_ASSERT_PTR_NOT_NULL(ktap_find_value(&k, "pages")->why);
    ktap_free(&k);
}

static void test_twice(void)
{
    struct ktap k;

    text_printf(&output, "1..4\n");
    fenced("ok 1 a.same", "a.same", "ok");
    fenced("ok 2 a.same", "a.same", "ok");
    fenced("not ok 3 a.both", "a.both", "not ok");
    fenced("ok 4 a.both", "a.both", "ok");
    fenced("value v 0000000000000001", "v", "0000000000000001");
    fenced("value v 0000000000000001", "v", "0000000000000001");
    k = read_output();
    check_state(&k, "a.same", KTAP_SUSPECT);
    check_state(&k, "a.both", KTAP_SUSPECT);
    CU_ASSERT_PTR_NOT_NULL(ktap_find_value(&k, "v")->why);
    CU_ASSERT_EQUAL(k.test_count, 2);
    ktap_free(&k);
}

static void test_plan(void)
{
    struct ktap k;

    fenced("ok 1 a.early", "a.early", "ok"); /* before the plan */
    text_printf(&output, "1..2\n1..9\n");
    fenced("ok 1 a.first", "a.first", "ok");
    fenced("ok 1 a.again", "a.again", "ok");
    fenced("ok 3 a.beyond", "a.beyond", "ok");
    fenced("ok 0 a.zero", "a.zero", "ok");
    k = read_output();
    CU_ASSERT_EQUAL(k.plan, 2);
    check_state(&k, "a.early", KTAP_SUSPECT);
    check_state(&k, "a.first", KTAP_PASSED);
    check_state(&k, "a.again", KTAP_SUSPECT);
    check_state(&k, "a.beyond", KTAP_SUSPECT);
    check_state(&k, "a.zero", KTAP_SUSPECT);
    ktap_free(&k);
}

static void test_odd_lines(void)
{
    static const char *const lines[] = {
        "ok",       "ok ",           "ok x a.b",  "ok 1",       "ok 1 ",
        "ok 1 a b", "ok 1 a\033[2J", " ok 1 a.b", "okay 1 a.b", "value",
        "value x",  "value x 12",    "1..",       "1..x",       "1..99999999999999999999",
        "not ok",   "Bail out"};
    struct ktap k;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        text_printf(&output, "%s\n", lines[i]);
    }
    k = read_output();
    for (size_t i = 0; i < k.test_count; i++) {
        CU_ASSERT_EQUAL(k.tests[i].state, KTAP_SUSPECT);
    }
    for (size_t i = 0; i < k.value_count; i++) {
        CU_ASSERT_PTR_NOT_NULL(k.values[i].why);
    }
    CU_ASSERT_EQUAL(k.plan, 0);
    CU_ASSERT_PTR_NULL(k.bail);
    ktap_free(&k);
}

static void test_huge(void)
{
    static char line[100000];
    struct ktap k;

    memset(line, 'x', sizeof line);
    text_printf(&output, "1..1\n");
    text_append(&output, line, sizeof line);
    text_append(&output, "\nok 1 a\0b\n", 10);
    text_append(&output, "\0\0\0", 3);
    fenced("\nok 1 a.b", "a.b", "ok");
    text_append(&output, "ok 1 no end", 11);
    k = read_output();
    check_state(&k, "a.b", KTAP_PASSED);
    ktap_free(&k);
}

static void test_control_characters(void)
{
    struct ktap k;

    text_printf(&output, "1..1\n");
    fenced("not ok 1 a.b", "a.b", "not ok");
    text_printf(&output, "    rule: red \033[31m and \x80 bad\n");
    k = read_output();
    CU_ASSERT_STRING_EQUAL(ktap_find(&k, "a.b")->diagnosis.rule, "red ?[31m and ? bad");
    ktap_free(&k);
}

static void test_flood(void)
{
    struct ktap k;

    text_printf(&output, "1..4096\n");
    for (int i = 0; i < 6000; i++) {
        text_printf(&output, "ok %d a.n%d # SKIP\nvalue v%d\n", i, i, i);
    }
    k = read_output();
    CU_ASSERT_TRUE(k.test_count <= 4096);
    ktap_free(&k);
}

static void test_stream(void)
{
    struct ktap k;

    text_printf(&output, "1..1\nstream begins\r\nABC\r\n");
    fenced("ok 1 a.inside", "a.inside", "ok"); /* in the stream nothing is a report */
    text_printf(&output, "stream ends\r\nend of demo tests\nafterwards\n");
    k = read_output();
    CU_ASSERT_PTR_NULL(ktap_find(&k, "a.inside"));
    CU_ASSERT_TRUE(k.stream_start > 0 && k.stream_ended);
    CU_ASSERT_TRUE(k.stream_end > k.stream_start);
    CU_ASSERT_FALSE(k.ended); /* something came behind it */
    ktap_free(&k);
}

static void test_bail_out(void)
{
    struct ktap k;

    text_printf(&output, "1..2\nBail out! no seccomp\n");
    k = read_output();
    CU_ASSERT_STRING_EQUAL(k.bail, "no seccomp");
    ktap_free(&k);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"an honest one", test_plain},
        {"forged fences", test_forged},
        {"a test or value told twice", test_twice},
        {"numbers outside of the plan", test_plan},
        {"lines that are nearly right", test_odd_lines},
        {"a huge line, NUL bytes, no last line feed", test_huge},
        {"control characters", test_control_characters},
        {"more entries than anybody needs", test_flood},
        {"nothing in the stream counts", test_stream},
        {"a program that could not test", test_bail_out},
    };

    return TAP_RUN("report", tests);
}
