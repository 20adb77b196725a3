/* Results, dependencies and sums: see grading.h. */
#include "grading.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct grading grading_start(const struct lab *lab)
{
    return (struct grading){.lab = lab,
                            .verdicts = allocate(lab->check_count * sizeof(struct verdict))};
}

const char *result_name(enum result result)
{
    static const char *const names[] = {"OPEN",  "PASS", "FAIL", "TIMEOUT",
                                        "CRASH", "SKIP", "INFRA"};

    return names[result];
}

struct verdict *grading_verdict(const struct grading *g, const struct check *check)
{
    return &g->verdicts[check - g->lab->checks];
}

void verdict_set(struct verdict *v, enum result result, const char *reason, ...)
{
    va_list arguments;

    free(v->reason);
    v->result = result;
    v->reason = NULL;
    if (reason != NULL) {
        va_start(arguments, reason);
        if (vasprintf(&v->reason, reason, arguments) < 0) {
            v->reason = copy_string("out of memory");
        }
        va_end(arguments);
    }
}

void hole_set(struct hole *h, const char *exercise, const char *file, unsigned long line,
              const char *text)
{
    *h = (struct hole){.exercise = copy_string(exercise),
                       .file = copy_string(file),
                       .line = line,
                       .text = copy_string(text)};
}

static void ask(struct grading *g, const struct check *check)
{
    grading_verdict(g, check)->not_asked = false;
    for (size_t i = 0; i < check->needs.count; i++) {
        ask(g, lab_check(g->lab, check->needs.list[i]));
    }
}

char *grading_only(struct grading *g, const char *names)
{
    char *copy = copy_string(names), *rest = NULL, *unknown = NULL;

    for (size_t i = 0; i < g->lab->check_count; i++) {
        g->verdicts[i].not_asked = true;
    }
    for (char *name = strtok_r(copy, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        const struct check *check = lab_check(g->lab, name);

        if (check != NULL) {
            ask(g, check);
        } else if (unknown == NULL) {
            unknown = copy_string(name);
        }
    }
    free(copy);
    return unknown;
}

bool grading_is_due(const struct grading *g, const struct check *check)
{
    const struct verdict *v = grading_verdict(g, check);

    return !v->not_asked && v->result == RESULT_OPEN;
}

/* The first check that `check` needs and that has not passed, or NULL. */
static const struct check *obstacle(const struct grading *g, const struct check *check)
{
    for (size_t i = 0; i < check->needs.count; i++) {
        const struct check *needed = lab_check(g->lab, check->needs.list[i]);

        if (grading_verdict(g, needed)->result != RESULT_PASS) {
            return needed;
        }
    }
    return NULL;
}

bool grading_ready(const struct grading *g, enum check_kind kind)
{
    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct check *check = &g->lab->checks[i];

        if (check->kind == kind && grading_is_due(g, check) && obstacle(g, check) == NULL) {
            return true;
        }
    }
    return false;
}

bool grading_skip(struct grading *g, const struct check *check)
{
    const struct check *needed = obstacle(g, check);

    if (needed != NULL) {
        verdict_set(grading_verdict(g, check), RESULT_SKIP, "needs %s", needed->name);
    }
    return needed != NULL;
}

void grading_settle(struct grading *g, enum check_kind kind)
{
    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct check *check = &g->lab->checks[i];

        if (check->kind == kind && grading_is_due(g, check)) {
            grading_skip(g, check);
        }
    }
}

int check_score(const struct grading *g, const struct check *check)
{
    return grading_verdict(g, check)->result == RESULT_PASS ? check->points : 0;
}

int exercise_score(const struct grading *g, const struct exercise *exercise)
{
    int sum = 0;

    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct check *check = &g->lab->checks[i];

        sum += strcmp(check->exercise, exercise->number) == 0 ? check_score(g, check) : 0;
    }
    return sum;
}

int grading_score(const struct grading *g)
{
    int sum = 0;

    for (size_t i = 0; i < g->lab->check_count; i++) {
        sum += check_score(g, &g->lab->checks[i]);
    }
    return sum;
}

bool grading_is_broken(const struct grading *g)
{
    for (size_t i = 0; i < g->lab->check_count; i++) {
        if (g->verdicts[i].result == RESULT_INFRA) {
            return true;
        }
    }
    return false;
}

void grading_free(struct grading *g)
{
    for (size_t i = 0; i < g->lab->check_count; i++) {
        struct verdict *v = &g->verdicts[i];

        diagnosis_free(&v->diagnosis);
        free(v->reason);
        free(v->details);
        free(v->hole.exercise);
        free(v->hole.file);
        free(v->hole.text);
    }
    free(g->verdicts);
    text_free(&g->ignored);
    text_free(&g->missing);
    *g = (struct grading){0};
}
