/* Reading lab.ini: see lab.h. inih takes the lines apart; what they mean is in lab_parse.c. */
#include "lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "file.h"
#include "lab_parse.h"

enum { MOST_BYTES = 65536, LONGEST_LINE = INI_MAX_LINE - 2 };

struct reading {
    struct lab *lab;
    const char *at; /* what is still to be read */
    int line;       /* the line that was given to inih last */
    char *wrong;    /* the first mistake, with its line */
};

const char *check_kind_name(enum check_kind kind)
{
    static const char *const names[CHECK_KINDS] = {"build", "unit", "direct", "domain"};

    return names[kind];
}

struct check *lab_check(const struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->check_count; i++) {
        if (strcmp(lab->checks[i].name, name) == 0) {
            return &lab->checks[i];
        }
    }
    return NULL;
}

struct exercise *lab_exercise(const struct lab *lab, const char *number)
{
    for (size_t i = 0; i < lab->exercise_count; i++) {
        if (strcmp(lab->exercises[i].number, number) == 0) {
            return &lab->exercises[i];
        }
    }
    return NULL;
}

bool words_have(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->list[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void note(struct reading *r, int line, char *what)
{
    if (what != NULL && r->wrong == NULL) {
        r->wrong = format_string("%d: %s", line, what);
    }
    free(what);
}

/* inih's reader, like fgets: counts the lines, and never hands over half a line. */
static char *next_line(char *line, int size, void *stream)
{
    struct reading *r = stream;
    size_t length = strcspn(r->at, "\n");
    size_t kept = length < (size_t)size - 1 ? length : (size_t)size - 1;

    if (*r->at == '\0') {
        return NULL;
    }
    r->line++;
    if (length > LONGEST_LINE) {
        note(r, r->line, format_string("the line is longer than %d characters", LONGEST_LINE));
    }
    memcpy(line, r->at, kept);
    line[kept] = '\0';
    r->at += length + (r->at[length] == '\n');
    return line;
}

static int take_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *r = user;

    note(r, r->line, lab_set(r->lab, section, key, value, r->line));
    return 1;
}

/* "labs/01-boot/lab.ini" → "01-boot" */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *start = slash;

    while (start != NULL && start > path && start[-1] != '/') {
        start--;
    }
    return slash == NULL ? copy_string("") : format_string("%.*s", (int)(slash - start), start);
}

static char *parse(struct lab *lab, const char *bytes)
{
    struct reading r = {.lab = lab, .at = bytes};
    int line = ini_parse_stream(next_line, &r, take_line, &r);

    if (line > 0 && r.wrong == NULL) {
        r.wrong = format_string("%d: neither [section] nor key = value", line);
    }
    return r.wrong != NULL ? r.wrong : lab_validate(lab);
}

char *lab_read(struct lab *lab, const char *path)
{
    struct text bytes = {0};
    int error = file_read(path, MOST_BYTES, &bytes);
    char *wrong, *whole = NULL;

    *lab = (struct lab){.path = copy_string(path), .folder = folder_of(path)};
    if (error != 0) {
        return format_string("%s: %s", path, strerror(-error));
    }
    wrong = parse(lab, bytes.bytes);
    if (wrong != NULL) {
        whole = format_string("%s:%s", path, wrong);
    }
    free(wrong);
    text_free(&bytes);
    return whole;
}

static void words_free(struct words *words)
{
    while (words->count > 0) {
        free(words->list[--words->count]);
    }
    free(words->list);
}

static void check_free(struct check *c)
{
    free(c->name);
    free(c->title);
    free(c->exercise);
    words_free(&c->needs);
    words_free(&c->tests);
    words_free(&c->values);
    words_free(&c->seen);
}

void lab_free(struct lab *lab)
{
    char *strings[] = {lab->path, lab->folder, lab->name, lab->number, lab->title, lab->difficulty};

    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        free(strings[i]);
    }
    for (size_t i = 0; i < lab->exercise_count; i++) {
        free(lab->exercises[i].number);
        free(lab->exercises[i].title);
    }
    for (size_t i = 0; i < lab->check_count; i++) {
        check_free(&lab->checks[i]);
    }
    words_free(&lab->files);
    free(lab->exercises);
    free(lab->checks);
    *lab = (struct lab){0};
}
