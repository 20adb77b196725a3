/* Holes in a source file: see marker.h. Whether a hole is a whole body is judged in body.c. */
#include "marker.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "code.h"
#include "directive.h"
#include "message.h"
#include "todo.h"
#include "tree.h"

enum { DEEPEST = 32 };
enum conditional_kind { ORDINARY, HOLE, MALFORMED };

static const char ONLY_FORM[] = "a hole opens with '#ifdef SOLUTION_NAME' and no other form";
static const char ONLY_PLACE[] = "a SOLUTION_ name may stand only in '#ifdef SOLUTION_NAME'";

/* An #if that is open. */
struct conditional {
    enum conditional_kind kind;
    size_t hole; /* of HOLE: its place in the list */
    bool has_else;
    struct body_mark mark;
};

struct reader {
    const char *path;
    const char *source, *code; /* the whole file, as it is and without words */
    const char *line, *end;    /* the line being read, in `code` */
    size_t number;             /* its number */
    bool continued;            /* it belongs to the directive of the line before */
    struct conditional open[DEEPEST];
    size_t depth;
    struct body body;
    struct holes *holes;
    struct text *errors;
};

static void complain(struct reader *r, size_t line, const char *text)
{
    text_printf(r->errors, "%s:%zu: %s\n", r->path, line, text);
}

static struct hole *hole_of(struct reader *r, const struct conditional *c)
{
    return &r->holes->list[c->hole];
}

/* The innermost open conditional of this kind, or NULL. */
static struct conditional *find_open(struct reader *r, enum conditional_kind kind)
{
    for (size_t i = r->depth; i > 0; i--) {
        if (r->open[i - 1].kind == kind) {
            return &r->open[i - 1];
        }
    }
    return NULL;
}

static size_t add_hole(struct reader *r, char *lab)
{
    struct holes *h = r->holes;

    if (h->count == h->capacity) {
        h->capacity = 2 * h->capacity + 16;
        h->list = reallocate(h->list, h->capacity * sizeof *h->list);
    }
    h->list[h->count] = (struct hole){.path = r->path, .lab = lab, .first = r->number};
    return h->count++;
}

/* What kind of conditional does the directive open? A hole is added to the list. */
static struct conditional classify(struct reader *r, const struct directive *d)
{
    struct conditional c = {.kind = MALFORMED, .mark = body_mark(&r->body)};
    struct conditional *outer = find_open(r, HOLE);
    char *lab = directive_opens_hole(d);

    if (lab == NULL && directive_mentions_solution(d)) {
        complain(r, r->number, ONLY_FORM);
    } else if (lab == NULL) {
        c.kind = ORDINARY;
    } else if (outer != NULL) {
        text_printf(r->errors, "%s:%zu: a hole inside the hole of line %zu\n", r->path, r->number,
                    hole_of(r, outer)->first);
        free(lab);
    } else {
        c.kind = HOLE;
        c.hole = add_hole(r, lab);
        body_open_hole(&r->body, r->number);
    }
    return c;
}

static void open_conditional(struct reader *r, const struct directive *d)
{
    if (r->depth == DEEPEST) {
        fail(STATUS_USAGE, "%s:%zu: more than %d #if inside each other", r->path, r->number,
             DEEPEST);
    }

    struct conditional c = classify(r, d);

    r->open[r->depth++] = c;
}

static void other_branch(struct reader *r, const struct directive *d)
{
    struct conditional *c = r->depth > 0 ? &r->open[r->depth - 1] : NULL;

    if (c != NULL && c->kind == HOLE && directive_is(d, "elif")) {
        complain(r, r->number, "#elif in a hole: a hole has one #else");
    } else if (directive_is(d, "elif") && directive_mentions_solution(d)) {
        complain(r, r->number, ONLY_FORM);
    } else if (c != NULL && c->kind == HOLE && c->has_else) {
        complain(r, r->number, "a second #else in a hole");
    } else if (c != NULL && c->kind == HOLE) {
        hole_of(r, c)->middle = r->number;
        body_end_part(&r->body, &c->mark);
        c->has_else = true;
    }
    if (c != NULL) {
        body_return(&r->body, &c->mark);
    }
}

static void close_conditional(struct reader *r)
{
    struct conditional *c = r->depth > 0 ? &r->open[--r->depth] : NULL;

    if (c == NULL || c->kind != HOLE) {
        return;
    }

    struct hole *h = hole_of(r, c);

    h->last = r->number;
    if (!c->has_else) {
        complain(r, h->first, "a hole without #else: there is nothing for the student to see");
    } else if (h->todo == 0) {
        complain(r, h->first, "a hole without LAB_TODO in its #else part");
    }
    body_end_part(&r->body, &c->mark);
    body_close_hole(&r->body, &c->mark);
}

static void read_directive(struct reader *r, const struct directive *d)
{
    if (directive_is(d, "if") || directive_is(d, "ifdef") || directive_is(d, "ifndef")) {
        open_conditional(r, d);
    } else if (directive_is(d, "else") || directive_is(d, "elif")) {
        other_branch(r, d);
    } else if (directive_is(d, "endif")) {
        close_conditional(r);
    } else if (!path_ends(r->path, ".mk") && directive_mentions_solution(d)) {
        complain(r, r->number, ONLY_PLACE);
    }
}

/* Keep what the LAB_TODO at `at` (a place in the source) says in the hole `h`. */
static void take_todo(struct reader *r, const char *at, struct hole *h)
{
    struct todo t;

    h->todo = r->number;
    if (!todo_read(at, &t)) {
        complain(r, r->number, "a LAB_TODO is written LAB_TODO(lab, \"exercise\", \"text\")");
    } else if (strcmp(t.lab, h->lab) != 0) {
        text_printf(r->errors, "%s:%zu: LAB_TODO of lab '%s' in a hole of lab '%s'\n", r->path,
                    r->number, t.lab, h->lab);
    } else if (t.text[strspn(t.text, " \t")] == '\0') {
        complain(r, r->number, "a LAB_TODO without a text: say what there is to do");
    } else {
        h->exercise = copy_string(t.exercise);
        h->text = copy_string(t.text);
    }
    todo_free(&t);
}

static void read_todo(struct reader *r, const char *at)
{
    struct conditional *c = find_open(r, HOLE);

    if (find_open(r, MALFORMED) != NULL) {
        return; /* its marker has had its complaint */
    }
    if (c == NULL || !c->has_else) {
        complain(r, r->number, "LAB_TODO outside the #else part of a hole");
    } else if (hole_of(r, c)->todo != 0) {
        complain(r, r->number, "a second LAB_TODO in one hole");
    } else {
        take_todo(r, r->source + (at - r->code), hole_of(r, c));
    }
}

static bool opens_parenthesis(const char *at, const char *end)
{
    while (at < end && isblank((unsigned char)*at)) {
        at++;
    }
    return at < end && *at == '(';
}

static void read_code(struct reader *r)
{
    const char *at = code_word(r->line, r->end, "LAB_TODO", false);

    if (!path_ends(r->path, ".mk") && code_word(r->line, r->end, "SOLUTION_", true) != NULL) {
        complain(r, r->number, ONLY_PLACE);
    }
    if (at != NULL && opens_parenthesis(at + strlen("LAB_TODO"), r->end)) {
        read_todo(r, at);
    }
    body_line(&r->body, r->line, r->end);
}

static void read_line(struct reader *r)
{
    struct directive d;
    bool continues = r->end > r->line && r->end[-1] == '\\';

    if (r->continued) {
        r->continued = continues;
    } else if (directive_read(r->line, r->end, &d)) {
        r->continued = continues;
        read_directive(r, &d);
    } else {
        read_code(r);
    }
}

static void finish(struct reader *r)
{
    struct conditional *c;

    body_finish(&r->body);
    while ((c = find_open(r, HOLE)) != NULL) {
        complain(r, hole_of(r, c)->first, "a hole without #endif");
        c->kind = ORDINARY;
    }
}

void markers_read(const char *path, const struct text *source, struct holes *holes,
                  struct text *errors)
{
    /* A make file has no comments like C's, but many a pattern that looks like the start of one. */
    char *code = path_ends(path, ".mk") ? copy_string(source->bytes)
                                        : code_only(source->bytes, source->length);
    struct reader r = {
        .path = path, .source = source->bytes, .code = code, .holes = holes, .errors = errors};
    const char *end = code + source->length;

    body_begin(&r.body, path, errors);
    for (r.line = code; r.line < end; r.line = r.end + 1) {
        r.end = memchr(r.line, '\n', (size_t)(end - r.line));
        r.end = r.end != NULL ? r.end : end;
        r.number++;
        read_line(&r);
    }
    finish(&r);
    free(code);
}

void holes_free(struct holes *holes)
{
    for (size_t i = 0; i < holes->count; i++) {
        free(holes->list[i].lab);
        free(holes->list[i].exercise);
        free(holes->list[i].text);
    }
    free(holes->list);
    *holes = (struct holes){0};
}
