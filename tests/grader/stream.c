/* The seeded stream: what is said about one that did not come through whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <tests/ktap/stream.h>

#include "expect.h"
#include "tap.h"

enum { SEED = 42 };

static struct text whole(void)
{
    struct stream s = stream_start(SEED);
    struct text t = {0};

    while (s.left > 0) {
        char c = stream_next(&s);

        text_append(&t, &c, 1);
    }
    return t;
}

/* Compare what is left of the stream without `length` bytes at `at`, with `insert` in their place. */
static char *compare(size_t at, size_t length, const char *insert)
{
    struct text t = whole(), changed = {0};
    char *wrong;

    text_append(&changed, t.bytes, at);
    text_append(&changed, insert, strlen(insert));
    text_append(&changed, t.bytes + at + length, t.length - at - length);
    wrong = expect_stream(changed.bytes, changed.length, SEED, true);
    text_free(&t);
    text_free(&changed);
    return wrong;
}

static void check_story(char *wrong, const char *words)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(wrong);
    if (strstr(wrong, words) == NULL) {
        CU_FAIL("another story was expected");
        printf("# got: %s\n# expected: %s\n", wrong, words);
    }
    free(wrong);
}

static void test_same(void)
{
    struct text t = whole(), returns = {0};

    CU_ASSERT_PTR_NULL(expect_stream(t.bytes, t.length, SEED, true));
    for (size_t i = 0; i < t.length; i++) {
        text_append(&returns, t.bytes[i] == '\n' ? "\r\n" : t.bytes + i,
                    t.bytes[i] == '\n' ? 2 : 1);
    }
    CU_ASSERT_PTR_NULL(expect_stream(returns.bytes, returns.length, SEED, true));
    check_story(expect_stream(t.bytes, t.length, SEED, false), "but not the line behind them");
    check_story(expect_stream(t.bytes, t.length, SEED + 1, true), "expected ");
    text_free(&t);
    text_free(&returns);
}

static void test_differences(void)
{
    struct text t = whole();
    char *back = format_string("%.*s", 100, t.bytes + 900);

    check_story(compare(1000, 17, ""), "17 bytes are missing here");
    check_story(compare(1000, 0, back), "the text jumps back by 100 bytes here");
    check_story(compare(1000, 1, "!"), "byte 1000 of ");
    check_story(compare(1000, 40, "################################"), "nowhere in the text");
    check_story(compare(t.length - 5, 5, ""), "the last 5 bytes are missing");
    check_story(compare(t.length, 0, "more"), "4 bytes too many");
    check_story(compare(0, t.length, ""), "byte 0 of ");
    free(back);
    text_free(&t);
}

static void test_hostile(void)
{
    char *wrong = expect_stream("\033[2J\0\x80", 6, SEED, true);

    CU_ASSERT_PTR_NOT_NULL_FATAL(wrong);
    CU_ASSERT_PTR_NULL(strchr(wrong, '\033'));
    CU_ASSERT_PTR_NULL(strchr(wrong, '\n'));
    free(wrong);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"the same text passes", test_same},
        {"each difference has its story", test_differences},
        {"control characters are not shown", test_hostile},
    };

    return TAP_RUN("stream", tests);
}
