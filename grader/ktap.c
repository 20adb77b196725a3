/* Reading reports of tests: see ktap.h. */
#include "ktap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tests/ktap/fence.h>
#include <tests/ktap/ktap.h>

#include "ktap_words.h"
#include "printable.h"

enum { LONGEST_LINE = 2048, MOST_ENTRIES = 4096 };

struct reader {
    struct ktap *ktap;
    uint64_t token;
    const char *end;
    bool *numbers;          /* which of the plan's numbers were used */
    struct diagnosis *open; /* of the last failure: its indented lines may follow */
};

const struct ktap_test *ktap_find(const struct ktap *k, const char *name)
{
    for (size_t i = 0; i < k->test_count; i++) {
        if (strcmp(k->tests[i].name, name) == 0) {
            return &k->tests[i];
        }
    }
    return NULL;
}

const struct ktap_value *ktap_find_value(const struct ktap *k, const char *name)
{
    for (size_t i = 0; i < k->value_count; i++) {
        if (strcmp(k->values[i].name, name) == 0) {
            return &k->values[i];
        }
    }
    return NULL;
}

/* Is the rest of the line " # fence=" with the fence of `name` and `verdict`? */
static bool fence_fits(const struct reader *r, const char *at, const char *name,
                       const char *verdict)
{
    uint64_t fence;

    return ktap_take_word(&at, KTAP_FENCE) && ktap_take_hex(&at, &fence) && *at == '\0' &&
           fence == fence_make(r->token, name, verdict);
}

static struct ktap_test *test_of(struct ktap *k, char *name)
{
    struct ktap_test *known = (struct ktap_test *)ktap_find(k, name);

    if (known != NULL) {
        free(name);
        known->state = KTAP_SUSPECT;
        if (known->why == NULL) {
            known->why = copy_string("the test reported twice");
        }
        return NULL;
    }
    if (k->test_count == MOST_ENTRIES) {
        free(name);
        return NULL;
    }
    k->tests = reallocate(k->tests, (k->test_count + 1) * sizeof *k->tests);
    k->tests[k->test_count] = (struct ktap_test){.name = name};
    return &k->tests[k->test_count++];
}

static void suspect(struct ktap_test *t, const char *why)
{
    t->state = KTAP_SUSPECT;
    free(t->why);
    t->why = copy_string(why);
}

/* A number of the plan that nobody has used yet. */
static bool number_is_free(struct reader *r, size_t number)
{
    if (number == 0 || number > r->ktap->plan || r->numbers[number - 1]) {
        return false;
    }
    r->numbers[number - 1] = true;
    return true;
}

/* What `t` says, by the rest of its line. */
static void set_state(struct reader *r, struct ktap_test *t, const char *rest, bool ok)
{
    static const char skip[] = " # SKIP";

    if (ok && strncmp(rest, skip, strlen(skip)) == 0) {
        rest += strlen(skip);
        t->state = KTAP_SKIPPED;
        t->why = printable(rest + strspn(rest, " "));
    } else if (!fence_fits(r, rest, t->name, ok ? KTAP_OK : KTAP_NOT_OK)) {
        suspect(t, "the line was not written by the test: its fence is wrong");
    } else {
        t->state = ok ? KTAP_PASSED : KTAP_FAILED;
        r->open = ok ? NULL : &t->diagnosis;
    }
}

/* Behind "ok " or "not ok ": "NUMBER NAME", then a skip or the fence. */
static void take_verdict(struct reader *r, const char *at, bool ok)
{
    char *after;
    size_t number = strtoul(at, &after, 10);
    const char *rest = after + 1;
    char *name = isdigit((unsigned char)*at) && *after == ' ' ? ktap_take_name(&rest) : NULL;
    struct ktap_test *t = name != NULL ? test_of(r->ktap, name) : NULL;

    if (t != NULL && !number_is_free(r, number)) {
        suspect(t, "its number is not in the plan, or was used before");
    } else if (t != NULL) {
        set_state(r, t, rest, ok);
    }
}

static void take_value(struct reader *r, const char *at)
{
    struct ktap *k = r->ktap;
    char *name = ktap_take_name(&at);
    struct ktap_value *known = name != NULL ? (struct ktap_value *)ktap_find_value(k, name) : NULL;
    struct ktap_value v = {.name = name};
    char digits[FENCE_DIGITS + 1];
    bool good = name != NULL && ktap_take_word(&at, " ") && ktap_take_hex(&at, &v.value);

    fence_digits(digits, v.value);
    if (known != NULL && known->why == NULL) {
        known->why = copy_string("the value was reported twice");
    }
    if (name == NULL || known != NULL || k->value_count == MOST_ENTRIES) {
        free(name);
        return;
    }
    if (!good || !fence_fits(r, at, name, digits)) {
        v.why = copy_string("the line was not written by the test: its fence is wrong");
    }
    k->values = reallocate(k->values, (k->value_count + 1) * sizeof *k->values);
    k->values[k->value_count++] = v;
}

static void take_plan(struct reader *r, const char *at)
{
    char *after;
    unsigned long plan = strtoul(at, &after, 10);

    if (r->ktap->plan == 0 && isdigit((unsigned char)*at) && *after == '\0' &&
        plan <= MOST_ENTRIES) {
        r->ktap->plan = plan;
        r->numbers = allocate(plan * sizeof *r->numbers);
    }
}

static void take_line(struct reader *r, const char *line)
{
    if (strncmp(line, "    ", 4) == 0 && r->open != NULL) {
        ktap_take_diagnosis(r->open, line);
        return;
    }
    r->open = NULL;
    if (ktap_take_word(&line, "1..")) {
        take_plan(r, line);
    } else if (ktap_take_word(&line, KTAP_OK " ")) {
        take_verdict(r, line, true);
    } else if (ktap_take_word(&line, KTAP_NOT_OK " ")) {
        take_verdict(r, line, false);
    } else if (ktap_take_word(&line, "value ")) {
        take_value(r, line);
    } else if (ktap_take_word(&line, "Bail out!") && r->ktap->bail == NULL) {
        r->ktap->bail = printable(line + strspn(line, " "));
    }
}

/* The lines that say where the stream and the report are; inside the stream nothing else is a line of the report. */
static bool take_border(struct reader *r, const char *line, size_t start, size_t next)
{
    struct ktap *k = r->ktap;
    bool inside = k->stream_start > 0 && !k->stream_ended;

    if (inside && strcmp(line, KTAP_STREAM_END) == 0) {
        k->stream_ended = true;
        k->stream_end = start;
    } else if (!inside && k->stream_start == 0 && strcmp(line, KTAP_STREAM_BEGIN) == 0) {
        k->stream_start = next;
    }
    if (r->end != NULL && strcmp(line, r->end) == 0) {
        k->ended = true;
    } else if (line[0] != '\0') {
        k->ended = false;
    }
    return inside;
}

/* Copy a line without its carriage returns. One that is too long or has a NUL in it is none of ours: "?". */
static void copy_line(char line[LONGEST_LINE], const char *start, size_t length)
{
    snprintf(line, LONGEST_LINE, "%.*s", (int)(length < LONGEST_LINE ? length : 0), start);
    if (strlen(line) != length) {
        length = (size_t)snprintf(line, LONGEST_LINE, "?");
    }
    while (length > 0 && line[length - 1] == '\r') {
        line[--length] = '\0';
    }
}

void ktap_read(struct ktap *k, const struct text *output, uint64_t token, const char *end)
{
    struct reader r = {.ktap = k, .token = token, .end = end};
    char line[LONGEST_LINE];

    *k = (struct ktap){.stream_end = output->length};
    for (size_t at = 0; at < output->length;) {
        const char *start = output->bytes + at;
        const char *newline = memchr(start, '\n', output->length - at);
        size_t length = newline != NULL ? (size_t)(newline - start) : output->length - at;
        size_t next = at + length + (newline != NULL);

        copy_line(line, start, length);
        if (!take_border(&r, line, at, next)) {
            take_line(&r, line);
        }
        at = next;
    }
    free(r.numbers);
}

void ktap_free(struct ktap *k)
{
    for (size_t i = 0; i < k->test_count; i++) {
        free(k->tests[i].name);
        free(k->tests[i].why);
        diagnosis_free(&k->tests[i].diagnosis);
    }
    for (size_t i = 0; i < k->value_count; i++) {
        free(k->values[i].name);
        free(k->values[i].why);
    }
    free(k->tests);
    free(k->values);
    free(k->bail);
    *k = (struct ktap){0};
}
