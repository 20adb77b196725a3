/* The reference, its labs and holes: see reference.h. */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "tree_read.h"

void reference_read(struct reference *r, const char *root, const char *commit)
{
    *r = (struct reference){0};
    if (commit != NULL) {
        tree_read_commit(&r->tree, root, commit);
    } else {
        tree_read_working(&r->tree, root);
    }
    if (tree_find(&r->tree, "LAB") != NULL) {
        fail(STATUS_USAGE, "%s is a lab's tree: it has no answers from which labs could be made",
             root);
    }
}

bool is_source(const char *path)
{
    static const char *const endings[] = {".c", ".h", ".S", ".ld", ".lds", ".mk"};

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (path_ends(path, endings[i])) {
            return true;
        }
    }
    return false;
}

/* Submissions have LAB_TODO as a student sees it, and tests may show broken markers. */
static bool may_have_holes(const char *path)
{
    return is_source(path) && !path_within(path, "solutions/") && !path_within(path, "tests/");
}

static void read_holes(struct reference *r, struct text *errors)
{
    for (size_t i = 0; i < r->tree.count; i++) {
        if (may_have_holes(r->tree.files[i].path)) {
            markers_read(r->tree.files[i].path, &r->tree.files[i].bytes, &r->holes, errors);
        }
    }
}

static void check_hole(const struct reference *r, const struct hole *h, struct text *errors)
{
    struct lab *lab = labs_find(&r->labs, h->lab);
    char *names = labs_names(&r->labs);

    if (lab == NULL) {
        text_printf(errors, "%s:%zu: there is no lab '%s' for this marker; labs: %s\n", h->path,
                    h->first, h->lab, names);
    } else if (!lab_owns(lab, h->path)) {
        text_printf(errors,
                    "%s:%zu: a hole of lab '%s' in a file that %s does not list under files\n",
                    h->path, h->first, h->lab, lab->path);
    } else if (h->exercise != NULL && lab_exercise(lab, h->exercise) == NULL) {
        text_printf(errors, "%s:%zu: %s has no [exercise %s]\n", h->path, h->todo, lab->path,
                    h->exercise);
    } else if (h->exercise != NULL) {
        lab_exercise(lab, h->exercise)->holes++;
    }
    free(names);
}

/* The line of "[exercise NUMBER]" in the lab's file. */
static size_t exercise_line(const struct reference *r, const struct lab *lab, const char *number)
{
    const char *file = tree_find(&r->tree, lab->path)->bytes.bytes;
    char *heading = format_string("[exercise %s]", number);
    const char *place = strstr(file, heading);
    size_t line = 1;

    for (const char *at = file; place != NULL && at < place; at++) {
        line += *at == '\n';
    }
    free(heading);
    return line;
}

static void check_lab(const struct reference *r, const struct lab *lab, struct text *errors)
{
    for (size_t i = 0; i < lab->file_count; i++) {
        if (tree_find(&r->tree, lab->files[i]) == NULL) {
            text_printf(errors, "%s: the student's file %s is not in the tree\n", lab->path,
                        lab->files[i]);
        }
    }
    for (size_t i = 0; i < lab->exercise_count; i++) {
        const char *number = lab->exercises[i].number;

        if (lab->exercises[i].holes == 0) {
            text_printf(errors, "%s:%zu: exercise %s has no hole\n", lab->path,
                        exercise_line(r, lab, number), number);
        }
    }
}

void reference_check(struct reference *r, struct text *errors)
{
    text_append(errors, "", 0);
    labs_read(&r->tree, &r->labs, errors);
    read_holes(r, errors);
    for (size_t i = 0; i < r->holes.count; i++) {
        check_hole(r, &r->holes.list[i], errors);
    }
    for (size_t i = 0; i < r->labs.count; i++) {
        check_lab(r, &r->labs.list[i], errors);
    }
}

void reference_free(struct reference *r)
{
    holes_free(&r->holes);
    labs_free(&r->labs);
    tree_free(&r->tree);
}
