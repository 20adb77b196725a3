/* Judging what a run showed: see evidence.h. */
#include "evidence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_diagnosis(struct diagnosis *to, const struct diagnosis *from)
{
    char *const *source[] = {&from->rule, &from->did, &from->expected, &from->usually,
                             &from->where};
    char **target[] = {&to->rule, &to->did, &to->expected, &to->usually, &to->where};

    diagnosis_free(to);
    for (size_t i = 0; i < sizeof source / sizeof source[0]; i++) {
        *target[i] = *source[i] != NULL ? copy_string(*source[i]) : NULL;
    }
}

/* Something that should be in the report is not: the run's end says why. */
static void judge_absence(const struct evidence *e, const char *what, struct verdict *v)
{
    static const enum result results[] = {[RUN_ENDED] = RESULT_FAIL,
                                          [RUN_CRASHED] = RESULT_CRASH,
                                          [RUN_TIMEOUT] = RESULT_TIMEOUT,
                                          [RUN_FLOODED] = RESULT_FAIL,
                                          [RUN_BROKEN] = RESULT_INFRA};

    if (e->end == RUN_ENDED) {
        verdict_set(v, RESULT_FAIL, "%s was never reported", what);
        return;
    }
    verdict_set(v, results[e->end], "%s was not reached: %s", what, e->reason);
    v->details = e->report != NULL ? copy_string(e->report) : NULL;
    if (e->hole.exercise != NULL) {
        hole_set(&v->hole, e->hole.exercise, e->hole.file, e->hole.line, e->hole.text);
    }
}

/* The unit tests report a hole as a failure in these words. */
static void find_hole(struct verdict *v)
{
    const struct diagnosis *d = &v->diagnosis;
    char exercise[16], file[256];
    unsigned long line;

    if (d->rule != NULL && d->did != NULL && d->where != NULL &&
        strcmp(d->did, "stopped at a hole") == 0 &&
        sscanf(d->rule, "exercise %15s is still to be done", exercise) == 1 &&
        sscanf(d->where, "%255[^:]:%lu", file, &line) == 2) {
        hole_set(&v->hole, exercise, file, line, d->expected != NULL ? d->expected : "");
    }
}

static bool judge_test(const struct evidence *e, const char *name, struct verdict *v)
{
    const struct ktap_test *t = ktap_find(&e->ktap, name);

    if (t == NULL) {
        judge_absence(e, name, v);
    } else if (t->state == KTAP_SKIPPED) {
        verdict_set(v, RESULT_FAIL, "%s was left out: %s", name, t->why);
    } else if (t->state == KTAP_SUSPECT) {
        verdict_set(v, RESULT_FAIL, "%s does not count: %s", name, t->why);
    } else if (t->state == KTAP_FAILED) {
        verdict_set(v, RESULT_FAIL, "%s failed", name);
        copy_diagnosis(&v->diagnosis, &t->diagnosis);
        find_hole(v);
    } else {
        return true;
    }
    return false;
}

static bool judge_value(const struct evidence *e, const char *name, const struct run *run,
                        struct verdict *v)
{
    const struct ktap_value *value = ktap_find_value(&e->ktap, name);
    uint64_t expected = expect_value(name, run);

    if (value == NULL) {
        char *what = format_string("the value '%s'", name);

        judge_absence(e, what, v);
        free(what);
        return false;
    }
    if (value->why != NULL) {
        verdict_set(v, RESULT_FAIL, "the value '%s' does not count: %s", name, value->why);
        return false;
    }
    if (value->value != expected) {
        verdict_set(v, RESULT_FAIL, "the value '%s' is wrong", name);
        v->diagnosis.did =
            format_string("reported %" PRIu64 " (0x%" PRIx64 ")", value->value, value->value);
        v->diagnosis.expected = format_string(
            "%" PRIu64 " (0x%" PRIx64 "): the guest was given %u MB, %u vCPUs and the "
            "words \"%s\"",
            expected, expected, run->memory, run->vcpus, run->words);
        return false;
    }
    return true;
}

/* The digits behind "seen NAME" in a line of the script's; NULL: there is no such line. */
static const char *seen_digits(const char *script, const char *name)
{
    char *wanted = format_string("seen %s ", name);
    const char *line = script;

    while (line != NULL && strncmp(line, wanted, strlen(wanted)) != 0) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    line = line != NULL ? line + strlen(wanted) : NULL;
    free(wanted);
    return line;
}

/* The script runs in dom0, where the guest cannot speak: no fence is needed. */
static bool judge_seen(const struct evidence *e, const char *name, const struct run *run,
                       struct verdict *v)
{
    const char *digits = seen_digits(e->script, name);
    char *expected = format_string("%016" PRIx64, expect_value(name, run));
    bool good = digits != NULL && strncmp(digits, expected, strlen(expected)) == 0;

    if (digits == NULL) {
        char *what = format_string("what dom0 was to see, '%s',", name);

        judge_absence(e, what, v);
        free(what);
    } else if (!good) {
        verdict_set(v, RESULT_FAIL, "dom0 saw another '%s' than it should", name);
        v->diagnosis.did = format_string("dom0 saw %.*s", (int)strcspn(digits, "\n"), digits);
        v->diagnosis.expected = format_string("%s, which follows from the run's seed", expected);
    }
    free(expected);
    return good;
}

static bool judge_stream(const struct evidence *e, const struct run *run, struct verdict *v)
{
    const struct ktap *k = &e->ktap;
    char *wrong;

    if (k->stream_start == 0) {
        judge_absence(e, "the long text", v);
        return false;
    }
    wrong = expect_stream(e->output.bytes + k->stream_start, k->stream_end - k->stream_start,
                          run->seed, k->stream_ended);
    if (wrong != NULL) {
        verdict_set(v, e->end == RUN_TIMEOUT ? RESULT_TIMEOUT : RESULT_FAIL,
                    "the long text is not what the guest wrote%s",
                    e->end == RUN_ENDED ? "" : ", and the guest did not end well");
        v->diagnosis.did = wrong;
        v->details = e->report != NULL ? copy_string(e->report) : NULL;
        return false;
    }
    return true;
}

static bool judge_online(const struct evidence *e, const struct run *run, struct verdict *v)
{
    if (e->end != RUN_ENDED) {
        judge_absence(e, "the end", v);
        return false;
    }
    if (e->vcpus_online != run->vcpus) {
        verdict_set(v, RESULT_FAIL, "xl saw %u vCPUs online, of %u", e->vcpus_online, run->vcpus);
        return false;
    }
    return true;
}

static bool judge_end(const struct evidence *e, struct verdict *v)
{
    if (e->end != RUN_ENDED) {
        judge_absence(e, "the end", v);
        return false;
    }
    if (!e->ktap.ended) {
        verdict_set(v, RESULT_FAIL,
                    "the guest ended, but the last line that it wrote was not seen");
        return false;
    }
    return true;
}

static void judge(const struct evidence *e, const struct run *run, const struct check *c,
                  struct verdict *v)
{
    bool good = true;

    for (size_t i = 0; good && i < c->tests.count; i++) {
        good = judge_test(e, c->tests.list[i], v);
    }
    for (size_t i = 0; good && i < c->values.count; i++) {
        good = judge_value(e, c->values.list[i], run, v);
    }
    for (size_t i = 0; good && i < c->seen.count; i++) {
        good = judge_seen(e, c->seen.list[i], run, v);
    }
    good = good && (!c->stream || judge_stream(e, run, v));
    good = good && (!c->online || judge_online(e, run, v));
    if (good && (!c->end || judge_end(e, v))) {
        verdict_set(v, RESULT_PASS, NULL);
    }
}

void evidence_judge(const struct evidence *e, const struct run *run, struct grading *g,
                    enum check_kind kind)
{
    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct check *check = &g->lab->checks[i];
        struct verdict *v = &g->verdicts[i];

        if (check->kind != kind || !grading_is_due(g, check) || grading_skip(g, check)) {
            continue;
        }
        v->seconds = e->seconds;
        if (e->end == RUN_BROKEN) {
            verdict_set(v, RESULT_INFRA, "%s", e->reason);
        } else {
            judge(e, run, check, v);
        }
    }
}

void evidence_free(struct evidence *e)
{
    free(e->reason);
    free(e->report);
    free(e->script);
    free(e->hole.exercise);
    free(e->hole.file);
    free(e->hole.text);
    text_free(&e->output);
    ktap_free(&e->ktap);
    *e = (struct evidence){0};
}
