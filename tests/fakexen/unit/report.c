/* The runner's report: see report.h. */
#include "report.h"

#include <stdio.h>

#include <tests/ktap/fence.h>
#include <tests/ktap/ktap.h>

#include "../runner/place.h"

static uint64_t run_token;
static unsigned number;

void report_begin(unsigned count, uint64_t token)
{
    run_token = token;
    printf("%s\n1..%u\n", KTAP_VERSION, count);
}

static void report_line(const char *label, const char *text)
{
    if (text[0] != '\0') {
        printf("    %s: %s\n", label, text);
    }
}

static void report_reasons(const struct verdict *v)
{
    char where[1024];

    report_line("rule", v->rule);
    report_line("you did", v->did);
    report_line("expected", v->expected);
    report_line("usually", v->usually);
    if (v->where[0] != '\0') {
        report_line("where", v->where);
    } else {
        place_describe(v->places, VERDICT_PLACES, where, sizeof where);
        report_line("where", where);
    }
}

void report_test(const char *name, const struct verdict *v)
{
    const char *result = v->outcome == VERDICT_PASSED ? KTAP_OK : KTAP_NOT_OK;
    char fence[FENCE_DIGITS + 1];

    fence_digits(fence, fence_make(run_token, name, result));
    printf("%s %u %s%s%s\n", result, ++number, name, KTAP_FENCE, fence);
    if (v->outcome != VERDICT_PASSED) {
        report_reasons(v);
    }
    fflush(stdout);
}

void report_bail_out(const char *why)
{
    printf("Bail out! %s\n", why);
}
