/* Comparing the seeded stream with what came through: see expect.h. */
#include <stdlib.h>
#include <string.h>

#include <tests/ktap/stream.h>

#include "expect.h"
#include "printable.h"

enum { PROBE = 24 };

static void make_stream(uint64_t seed, struct text *t)
{
    struct stream s = stream_start(seed);

    while (s.left > 0) {
        char c = stream_next(&s);

        text_append(t, &c, 1);
    }
}

static void drop_returns(const char *bytes, size_t length, struct text *t)
{
    text_append(t, "", 0);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\r') {
            text_append(t, bytes + i, 1);
        }
    }
}

/* A few bytes from `at` on, fit to be shown, in quotes. The caller frees it. */
static char *sample(const struct text *t, size_t at)
{
    char bytes[PROBE + 1] = "";
    size_t length = t->length - at < PROBE ? t->length - at : PROBE;
    char *clean, *quoted;

    memcpy(bytes, t->bytes + at, length);
    for (size_t i = 0; i < length; i++) {
        bytes[i] = bytes[i] == '\n' || bytes[i] == '\0' || bytes[i] == '\t' ? ' ' : bytes[i];
    }
    clean = printable(bytes);
    quoted = length > 0 ? format_string("\"%s\"", clean) : copy_string("nothing");
    free(clean);
    return quoted;
}

/* What happened at `at`: do the bytes that came stand elsewhere in the stream? */
static char *explain(const struct text *expected, const struct text *got, size_t at)
{
    size_t left = got->length - at;
    const char *found;

    if (left == 0) {
        return format_string("the last %zu bytes are missing", expected->length - at);
    }
    if (at == expected->length) {
        return format_string("%zu bytes too many", left);
    }
    found =
        left >= PROBE ? memmem(expected->bytes, expected->length, got->bytes + at, PROBE) : NULL;
    if (found == NULL) {
        return copy_string("these bytes are nowhere in the text");
    }
    if ((size_t)(found - expected->bytes) > at) {
        return format_string("%zu bytes are missing here", (size_t)(found - expected->bytes) - at);
    }
    return format_string("the text jumps back by %zu bytes here",
                         at - (size_t)(found - expected->bytes));
}

static char *difference(const struct text *expected, const struct text *got, size_t at)
{
    char *wanted = sample(expected, at), *came = sample(got, at),
         *story = explain(expected, got, at);
    char *line = format_string("byte %zu of %zu: expected %s, got %s: %s", at, expected->length,
                               wanted, came, story);

    free(wanted);
    free(came);
    free(story);
    return line;
}

char *expect_stream(const char *bytes, size_t length, uint64_t seed, bool ended)
{
    struct text expected = {0}, got = {0};
    char *wrong = NULL;
    size_t at = 0;

    make_stream(seed, &expected);
    drop_returns(bytes, length, &got);
    while (at < expected.length && at < got.length && expected.bytes[at] == got.bytes[at]) {
        at++;
    }
    if (at < expected.length || at < got.length) {
        wrong = difference(&expected, &got, at);
    } else if (!ended) {
        wrong = format_string("all %zu bytes came, but not the line behind them", expected.length);
    }
    text_free(&expected);
    text_free(&got);
    return wrong;
}
