/* The proof that a lab's tree does not have the answer: see leak.h. */
#include "leak.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 30 };

/* A line of an answer, without its blanks. */
struct answer {
    struct text line;
    const struct hole *hole;
    size_t number;
};

struct answers {
    struct answer *list;
    size_t count;
};

/* Append `source` without blanks; its line ends stay. */
static void squeeze(const char *source, size_t length, struct text *out)
{
    for (size_t i = 0; i < length; i++) {
        if (source[i] == '\n' || !isspace((unsigned char)source[i])) {
            text_append(out, source + i, 1);
        }
    }
}

static const char *find(const struct text *text, const struct text *line)
{
    return text->length == 0 ? NULL : memmem(text->bytes, text->length, line->bytes, line->length);
}

/* Is line `number` of `path` between #ifdef and #else of a hole of `lab` or a later one? Returns the hole. */
static const struct hole *answered(const struct reference *r, const struct lab *lab,
                                   const char *path, size_t number)
{
    for (size_t i = 0; i < r->holes.count; i++) {
        const struct hole *h = &r->holes.list[i];

        if (strcmp(h->path, path) == 0 && number > h->first && number < h->middle &&
            labs_find(&r->labs, h->lab)->number >= lab->number) {
            return h;
        }
    }
    return NULL;
}

static void add_answer(struct answers *a, const struct text *line, const struct hole *hole,
                       size_t number)
{
    a->list = reallocate(a->list, (a->count + 1) * sizeof *a->list);
    a->list[a->count] = (struct answer){.hole = hole, .number = number};
    text_append(&a->list[a->count++].line, line->bytes, line->length);
}

/* Sort the lines of a file into answers, and what everybody may see. */
static void split(const struct reference *r, const struct lab *lab, const struct tree_file *file,
                  struct answers *answers, struct text *open)
{
    const char *end = file->bytes.bytes + file->bytes.length;
    size_t number = 1;

    for (const char *at = file->bytes.bytes; at < end; number++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        const struct hole *hole = answered(r, lab, file->path, number);
        struct text line = {0};

        squeeze(at, (size_t)((next != NULL ? next : end) - at), &line);
        if (hole == NULL) {
            text_printf(open, "%s\n", line.bytes != NULL ? line.bytes : "");
        } else if (line.length >= SHORTEST) {
            add_answer(answers, &line, hole, number);
        }
        text_free(&line);
        at = next != NULL ? next + 1 : end;
    }
}

/* Is what stands there code that a lab's tree shows anyway? A handout or a test that quotes the answer is none. */
static bool is_open_code(const char *path)
{
    return is_source(path) && !path_within(path, "labs/") && !path_within(path, "tests/") &&
           !path_within(path, "solutions/") && !path_within(path, "handouts/");
}

static size_t line_of(const struct text *text, const char *place)
{
    size_t number = 1;

    for (const char *at = text->bytes; at < place; at++) {
        number += *at == '\n';
    }
    return number;
}

static void search(const struct answers *answers, const struct text *open,
                   const struct tree_file *file, struct text *report)
{
    struct text squeezed = {0};

    squeeze(file->bytes.bytes, file->bytes.length, &squeezed);
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *a = &answers->list[i];
        const char *place = find(&squeezed, &a->line);

        if (place != NULL && find(open, &a->line) == NULL) {
            text_printf(report, "%s:%zu: has line %zu of %s, which is part of the answer: %s\n",
                        file->path, line_of(&squeezed, place), a->number, a->hole->path,
                        a->line.bytes);
        }
    }
    text_free(&squeezed);
}

size_t leak_find(const struct reference *r, const struct lab *lab, const struct tree *tree,
                 struct text *report)
{
    struct answers answers = {0};
    struct text open = {0};

    for (size_t i = 0; i < r->tree.count; i++) {
        if (is_open_code(r->tree.files[i].path)) {
            split(r, lab, &r->tree.files[i], &answers, &open);
        }
    }
    for (size_t i = 0; i < tree->count; i++) {
        search(&answers, &open, &tree->files[i], report);
    }
    for (size_t i = 0; i < answers.count; i++) {
        text_free(&answers.list[i].line);
    }
    free(answers.list);
    text_free(&open);
    return answers.count;
}
