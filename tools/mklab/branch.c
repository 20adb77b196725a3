/* A git branch for each lab: see branch.h. */
#include "branch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labtree.h"
#include "message.h"
#include "run.h"
#include "temporary.h"
#include "tree_write.h"

#define MAKER "labs@stardust.invalid"

static const char AUTHOR[] = "Stardust Labs <" MAKER "> 946684800 +0000";

/*
 * Refuse a branch whose tip is not a commit of ours without parents, or which is checked out somewhere: moving it would
 * take away a student's commits, or the ground under a work tree.
 */
static void want_ours(const char *root, const struct lab *lab)
{
    char *name = format_string("refs/heads/lab/%s", lab->folder);
    const char *const show[] = {"git", "for-each-ref", "--format=%(committeremail)%(parent)", name,
                                NULL};
    const char *const place[] = {"git", "for-each-ref", "--format=%(worktreepath)", name, NULL};
    struct text tip = {0}, folder = {0};

    if (run(root, show, NULL, &tip) != 0 || run(root, place, NULL, &folder) != 0) {
        fail(STATUS_FAILED, "git cannot show the branches of %s", root);
    }
    if (tip.length > 0 && strcmp(tip.bytes, "<" MAKER ">\n") != 0) {
        fail(STATUS_USAGE, "the branch lab/%s has commits that are not from here: rename it first",
             lab->folder);
    }
    if (folder.length > 1) {
        fail(STATUS_USAGE, "the branch lab/%s is checked out in %.*s: leave it first", lab->folder,
             (int)folder.length - 1, folder.bytes);
    }
    text_free(&folder);
    text_free(&tip);
    free(name);
}

/* Append one lab's branch to a stream for git fast-import. */
static void add_commit(const struct lab *lab, const struct tree *tree, struct text *stream)
{
    char *message = format_string("Lab %s: %s\n", lab->folder, lab->title);

    text_printf(stream, "commit refs/heads/lab/%s\ncommitter %s\ndata %zu\n%s", lab->folder, AUTHOR,
                strlen(message), message);
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_file *file = &tree->files[i];

        text_printf(stream, "M %s inline %s\ndata %zu\n", file->program ? "100755" : "100644",
                    file->path, file->bytes.length);
        text_append(stream, file->bytes.bytes, file->bytes.length);
        text_append(stream, "\n", 1);
    }
    text_append(stream, "\n", 1);
    free(message);
}

static void add_lab(const struct reference *r, const struct lab *lab, struct text *stream)
{
    struct labtree_options open = {0};
    struct tree tree = {0};

    labtree_make(r, lab, &open, &tree);
    /* On disk for a moment: the list of sums is taken there. */
    tree_write_new(&tree, temporary_beside("build/branch"));
    add_commit(lab, &tree, stream);
    tree_free(&tree);
}

static void print_branch(const char *root, const struct lab *lab)
{
    char *name = format_string("refs/heads/lab/%s", lab->folder);
    const char *const show[] = {"git", "rev-parse", "--verify", name, NULL};
    struct text id = {0};

    if (run(root, show, NULL, &id) != 0) {
        fail(STATUS_FAILED, "git did not make the branch lab/%s", lab->folder);
    }
    printf("lab/%s %s", lab->folder, id.bytes);
    text_free(&id);
    free(name);
}

void branches_make(const struct reference *r, const char *root)
{
    const char *const import[] = {"git", "fast-import", "--quiet", "--force", "--done", NULL};
    struct text stream = {0}, said = {0};

    for (size_t i = 0; i < r->labs.count; i++) {
        want_ours(root, &r->labs.list[i]);
        add_lab(r, &r->labs.list[i], &stream);
    }
    text_printf(&stream, "done\n");
    if (run(root, import, &stream, &said) != 0) {
        fail(STATUS_FAILED, "git cannot write the branches");
    }
    for (size_t i = 0; i < r->labs.count; i++) {
        print_branch(root, &r->labs.list[i]);
    }
    text_free(&stream);
    text_free(&said);
}

void branches_publish(const struct reference *r, const char *root, const char *to)
{
    static const char *const push[] = {"git",     "push", "--quiet", "--no-follow-tags",
                                       "--force", "--"};
    enum { WORDS = sizeof push / sizeof push[0] };
    const char **arguments = allocate((WORDS + r->labs.count + 2) * sizeof *arguments);
    struct text said = {0};

    memcpy(arguments, push, sizeof push);
    arguments[WORDS] = to;
    for (size_t i = 0; i < r->labs.count; i++) {
        const char *name = r->labs.list[i].folder;

        arguments[WORDS + 1 + i] = format_string("refs/heads/lab/%s:refs/heads/lab/%s", name, name);
    }
    if (run(root, arguments, NULL, &said) != 0) {
        fail(STATUS_USAGE,
             "cannot push to '%s': does that repository exist, and may you write there?", to);
    }
    printf("pushed %zu lab branch%s to %s\n", r->labs.count, r->labs.count == 1 ? "" : "es", to);
    for (size_t i = 0; i < r->labs.count; i++) {
        free((char *)arguments[WORDS + 1 + i]);
    }
    text_free(&said);
    free(arguments);
}
