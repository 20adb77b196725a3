/* The verdict in words: see table.h. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum { TITLE_WIDTH = 64, HEADING_WIDTH = 80, DETAIL_LINES = 60 };

static bool colours;

void table_colours(void)
{
    colours = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
}

static const char *paint(enum result result)
{
    if (!colours) {
        return "";
    }
    return result == RESULT_PASS ? "\033[32m" : result == RESULT_SKIP ? "\033[33m" : "\033[1;31m";
}

static const char *plain(void)
{
    return colours ? "\033[0m" : "";
}

static void print_field(const char *label, const char *value)
{
    if (value != NULL) {
        printf("  %-9s %s\n", label, value);
    }
}

static void print_lines(const char *text)
{
    int lines = 0;

    for (const char *at = text; *at != '\0' && lines < DETAIL_LINES; lines++) {
        size_t length = strcspn(at, "\n");

        printf("    %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
}

static void print_hole(const struct grading *g, const struct hole *h)
{
    printf("  stopped at a hole\n");
    printf("  %-9s %s, exercise %s (handout section %s)\n", "lab", g->lab->folder, h->exercise,
           h->exercise);
    printf("  %-9s %s:%lu\n", "place", h->file, h->line);
    print_field("to do", h->text);
    print_field("next", "make handout, then make grade");
}

/* "FAIL unit  title", then the points, in a column of their own whatever came before. */
static void print_heading(const struct grading *g, const struct check *check,
                          const struct verdict *v)
{
    const char *result = result_name(v->result), *kind = check_kind_name(check->kind);
    int width = HEADING_WIDTH - (int)strlen(result) - (int)strlen(kind);

    printf("\n%s%s%s %s  %-*s %d/%d\n", paint(v->result), result, plain(), kind, width,
           check->title, check_score(g, check), check->points);
}

static void print_failure(const struct grading *g, const struct check *check,
                          const struct verdict *v)
{
    const struct diagnosis *d = &v->diagnosis;

    print_heading(g, check, v);
    if (v->hole.exercise != NULL) {
        print_hole(g, &v->hole);
        return;
    }
    print_field("reason", v->reason);
    print_field("rule", d->rule);
    print_field("you did", d->did);
    print_field("expected", d->expected);
    print_field("usually", d->usually);
    print_field("where", d->where);
    if (v->details != NULL) {
        print_lines(v->details);
    }
}

/* Of the holes only the first is explained: it is the one to fill in next. The table names the others. */
void table_print_failures(const struct grading *g)
{
    bool hole_told = false;

    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct verdict *v = &g->verdicts[i];
        bool failed =
            v->result != RESULT_PASS && v->result != RESULT_SKIP && v->result != RESULT_OPEN;
        bool hole = v->hole.exercise != NULL;

        if (failed && !(hole && hole_told)) {
            print_failure(g, &g->lab->checks[i], v);
            hole_told = hole_told || hole;
        }
    }
}

/* Why the check has the points it has, in a few words; the caller frees it. NULL: there is nothing to say. */
static char *short_reason(const struct verdict *v)
{
    if (v->not_asked) {
        return copy_string("not asked for");
    }
    if (v->hole.exercise != NULL) {
        return format_string("stopped at hole %s", v->hole.exercise);
    }
    return v->reason != NULL ? copy_string(v->reason) : NULL;
}

static void print_check(const struct grading *g, const struct check *check)
{
    const struct verdict *v = grading_verdict(g, check);
    char *reason = short_reason(v);

    printf("  %s%-7s%s %-16s %-*s %3d/%d", paint(v->result), result_name(v->result), plain(),
           check->name, TITLE_WIDTH, check->title, check_score(g, check), check->points);
    if (reason != NULL) {
        printf("%*s%s", check->points < 10 ? 3 : 2, "", reason);
    }
    printf("\n");
    free(reason);
}

void table_print_points(const struct grading *g)
{
    printf("\n");
    for (size_t i = 0; i < g->lab->exercise_count; i++) {
        const struct exercise *e = &g->lab->exercises[i];

        printf("%s %-*s %3d/%d\n", e->number, TITLE_WIDTH + 24, e->title, exercise_score(g, e),
               e->points);
        for (size_t k = 0; k < g->lab->check_count; k++) {
            if (strcmp(g->lab->checks[k].exercise, e->number) == 0) {
                print_check(g, &g->lab->checks[k]);
            }
        }
    }
}

static int points_asked(const struct grading *g)
{
    int sum = 0;

    for (size_t i = 0; i < g->lab->check_count; i++) {
        sum += g->verdicts[i].not_asked ? 0 : g->lab->checks[i].points;
    }
    return sum;
}

static const struct exercise *next_exercise(const struct grading *g)
{
    for (size_t i = 0; i < g->lab->exercise_count; i++) {
        if (exercise_score(g, &g->lab->exercises[i]) < g->lab->exercises[i].points) {
            return &g->lab->exercises[i];
        }
    }
    return NULL;
}

void table_print_end(const struct grading *g)
{
    const struct exercise *next = next_exercise(g);
    int asked = points_asked(g);

    printf("\n");
    if (grading_is_broken(g)) {
        printf("no mark: the machinery failed, twice; this says nothing about the files (make "
               "doctor)\n");
    } else if (next != NULL) {
        printf("next: exercise %s, %s: handouts/%s.md, section %s\n", next->number, next->title,
               g->lab->folder, next->number);
    }
    if (asked == LAB_FULL_MARK) {
        printf("%s: %d/%d\n", g->lab->name, grading_score(g), LAB_FULL_MARK);
    } else {
        printf("%s: %d of the %d points asked for\n", g->lab->name, grading_score(g), asked);
    }
}
