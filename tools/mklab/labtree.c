/* The tree of one lab: see labtree.h. */
#include "labtree.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "leak.h"
#include "level.h"
#include "message.h"
#include "run.h"

enum { MOST_LEVELS = 32 };

static const char LEVELS[] = "kernel/sources.mk";
static const char LEAVE_OUT[] = "labs/leave-out";
static const char README_TEMPLATE[] = "labs/README.in";

/* Does the last pattern of labs/leave-out that fits `path` say that it goes? "!pattern" says that it stays. */
static bool left_out(const struct reference *r, const char *path)
{
    const struct tree_file *list = tree_find(&r->tree, LEAVE_OUT);
    char *copy = list != NULL ? copy_string(list->bytes.bytes) : NULL;
    char *rest = NULL;
    bool out = false;

    for (char *line = copy != NULL ? strtok_r(copy, "\n", &rest) : NULL; line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        bool stays = *line == '!';

        if (*line != '#' && fnmatch(line + stays, path, 0) == 0) {
            out = !stays;
        }
    }
    free(copy);
    return out;
}

/* Is `path` in another lab's folder under labs/, or another lab's handout? */
static bool is_of_other_lab(const struct reference *r, const struct lab *lab, const char *path)
{
    const char *name = path_within(path, "labs/")       ? path + strlen("labs/")
                       : path_within(path, "handouts/") ? path + strlen("handouts/")
                                                        : NULL;

    for (size_t i = 0; name != NULL && i < r->labs.count; i++) {
        const struct lab *other = &r->labs.list[i];
        size_t length = strlen(other->folder);

        if (other != lab && strncmp(name, other->folder, length) == 0 &&
            !code_name_char(name[length])) {
            return true;
        }
    }
    return false;
}

/* Is `path` a student's file of later labs only? */
static bool is_of_later_lab(const struct reference *r, const struct lab *lab, const char *path)
{
    bool later = false;

    for (size_t i = 0; i < r->labs.count; i++) {
        if (lab_owns(&r->labs.list[i], path)) {
            if (r->labs.list[i].number <= lab->number) {
                return false;
            }
            later = true;
        }
    }
    return later;
}

static bool is_hidden(const struct lab *lab, const char *path)
{
    char *folder = format_string("labs/%s/tests/hidden/", lab->folder);
    bool hidden = path_within(path, folder);

    free(folder);
    return hidden;
}

static bool belongs(const struct reference *r, const struct lab *lab,
                    const struct labtree_options *o, const char *path)
{
    const struct tree_file *levels = tree_find(&r->tree, LEVELS);

    return !path_within(path, "solutions/") && !is_of_other_lab(r, lab, path) &&
           !is_of_later_lab(r, lab, path) &&
           !(levels != NULL && level_is_above(&levels->bytes, path, lab->number)) &&
           !(is_hidden(lab, path) && !o->hidden) && !left_out(r, path);
}

/* "-DSOLUTION_BOOT" and the like, from a name of `length` small letters. */
static char *definition(bool defined, const char *prefix, const char *name, size_t length)
{
    char *argument = format_string("-%c%s%.*s", defined ? 'D' : 'U', prefix, (int)length, name);

    for (char *at = argument + 2; *at != '\0'; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return argument;
}

/* unifdef's arguments: SOLUTION_ of every lab and HAVE_ of every level, defined or not. */
static void define_all(const struct reference *r, const struct lab *lab, bool solved,
                       char **arguments)
{
    const struct tree_file *levels = tree_find(&r->tree, LEVELS);
    size_t count = 0, length;
    const char *name;

    for (size_t i = 0; i < r->labs.count; i++) {
        const struct lab *other = &r->labs.list[i];
        bool answer = other->number < lab->number || (solved && other == lab);

        arguments[count++] = definition(answer, "SOLUTION_", other->name, strlen(other->name));
    }
    for (int level = 1; levels != NULL && level <= MOST_LEVELS; level++) {
        name = level_name(&levels->bytes, level, &length);
        if (name != NULL) {
            arguments[count++] = definition(level <= lab->number, "HAVE_", name, length);
        }
    }
}

static bool has_markers(const struct tree_file *file)
{
    const char *end = file->bytes.bytes + file->bytes.length;

    return code_word(file->bytes.bytes, end, "SOLUTION_", true) != NULL ||
           code_word(file->bytes.bytes, end, "HAVE_", true) != NULL;
}

/* The file as a tree of `lab` has it: its markers resolved. */
static void resolve(const struct reference *r, const struct lab *lab, bool solved,
                    const struct tree_file *file, struct text *out)
{
    char **arguments = allocate((r->labs.count + MOST_LEVELS + 3) * sizeof *arguments);

    arguments[0] = copy_string("unifdef");
    arguments[1] = copy_string("-B");
    define_all(r, lab, solved, arguments + 2);

    int status = run(".", (const char *const *)arguments, &file->bytes, out);

    /* 0: nothing to change; 1: changed; the rest is trouble, of which unifdef has told. */
    if (status > 1) {
        fail(STATUS_USAGE, "unifdef cannot resolve the markers of %s (status %d)", file->path,
             status);
    }
    for (size_t i = 0; arguments[i] != NULL; i++) {
        free(arguments[i]);
    }
    free(arguments);
}

static void add_file(const struct reference *r, const struct lab *lab,
                     const struct labtree_options *o, const struct tree_file *file,
                     struct tree *out)
{
    struct text *bytes = &tree_add(out, file->path, file->program)->bytes;

    if (strcmp(file->path, LEVELS) == 0) {
        level_cut(&file->bytes, lab->number, bytes);
    } else if (is_source(file->path) && !path_ends(file->path, ".mk") && has_markers(file)) {
        resolve(r, lab, o->solved, file, bytes);
    } else {
        text_append(bytes, file->bytes.bytes, file->bytes.length);
    }
}

/* Copy `template` with every @word@ of the lab's in place. */
static void fill_in(const char *template, const struct lab *lab, struct text *out)
{
    const struct {
        const char *word, *value;
    } words[] = {{"@FOLDER@", lab->folder},         {"@NAME@", lab->name},
                 {"@NUMBER@", lab->digits},         {"@TITLE@", lab->title},
                 {"@DIFFICULTY@", lab->difficulty}, {"@HOURS@", lab->hours}};

    while (*template != '\0') {
        size_t i = 0;

        while (i < sizeof words / sizeof words[0] && !path_within(template, words[i].word)) {
            i++;
        }
        if (i < sizeof words / sizeof words[0]) {
            text_printf(out, "%s", words[i].value != NULL ? words[i].value : "?");
            template += strlen(words[i].word);
        } else {
            text_append(out, template ++, 1);
        }
    }
}

/* One line for each student's file of an earlier lab: what "make carry" may bring. */
static void list_earlier(const struct reference *r, const struct lab *lab, struct text *out)
{
    for (size_t i = 0; i < r->labs.count && r->labs.list[i].number < lab->number; i++) {
        for (size_t f = 0; f < r->labs.list[i].file_count; f++) {
            const char *path = r->labs.list[i].files[f];

            if (!lab_owns(lab, path)) {
                text_printf(out, "%s\n", path);
            }
        }
    }
}

/* The files that only a lab's tree has: its name, a README of its own, and the list of what can be carried. */
static void add_own_files(const struct reference *r, const struct lab *lab, struct tree *out)
{
    const struct tree_file *template = tree_find(&r->tree, README_TEMPLATE);

    text_printf(&tree_add(out, "LAB", false)->bytes, "%s\n", lab->name);
    list_earlier(r, lab, &tree_add(out, "labs/earlier-files", false)->bytes);
    if (template != NULL) {
        fill_in(template->bytes.bytes, lab, &tree_add(out, "README.md", false)->bytes);
    }
}

static void prove(const struct reference *r, const struct lab *lab, const struct tree *tree)
{
    struct text report = {0};

    leak_find(r, lab, tree, &report);
    if (report.length > 0) {
        fputs(report.bytes, stderr);
        fail(STATUS_FAILED, "nothing written: the tree of lab '%s' would give away the answer",
             lab->name);
    }
}

void labtree_make(const struct reference *r, const struct lab *lab,
                  const struct labtree_options *options, struct tree *out)
{
    for (size_t i = 0; i < r->tree.count; i++) {
        const struct tree_file *file = &r->tree.files[i];
        bool replaced =
            strcmp(file->path, "README.md") == 0 || strcmp(file->path, README_TEMPLATE) == 0;

        if (!replaced && belongs(r, lab, options, file->path)) {
            add_file(r, lab, options, file, out);
        }
    }
    add_own_files(r, lab, out);
    tree_sort(out);
    if (!options->solved && !options->hidden) {
        prove(r, lab, out);
    }
}
