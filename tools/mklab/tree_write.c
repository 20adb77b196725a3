/* A lab's tree written to disk: see tree_write.h. */
#include "tree_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "run.h"
#include "temporary.h"
#include "tree_read.h"

static void write_file(const struct tree_file *file, const char *folder)
{
    char *place = format_string("%s/%s", folder, file->path);
    char *slash = strrchr(place, '/');

    *slash = '\0';

    int error = directory_make(place);

    *slash = '/';
    if (error == 0) {
        error = file_write(place, file->bytes.bytes, file->bytes.length);
    }
    if (error == 0 && chmod(place, file->program ? 0755 : 0644) != 0) {
        error = -errno;
    }
    if (error != 0) {
        fail(STATUS_FAILED, "cannot write %s: %s", place, strerror(-error));
    }
    free(place);
    interrupted_stop();
}

/* Sum all files of the tree, as they are on disk, and add the list to the tree, unless it was written before and has one. */
static void add_list(struct tree *t, const char *folder)
{
    if (tree_find(t, PRISTINE_LIST) != NULL) {
        return;
    }

    const char **arguments = allocate((t->count + 3) * sizeof *arguments);
    struct text sums = {0};

    arguments[0] = "sha256sum";
    arguments[1] = "--";
    for (size_t i = 0; i < t->count; i++) {
        arguments[2 + i] = t->files[i].path;
    }
    if (run(folder, arguments, NULL, &sums) != 0) {
        fail(STATUS_FAILED, "sha256sum cannot sum the files of %s", folder);
    }
    text_append(&tree_add(t, PRISTINE_LIST, false)->bytes, sums.bytes, sums.length);
    tree_sort(t);
    text_free(&sums);
    free(arguments);
}

void tree_write_new(struct tree *t, const char *folder)
{
    for (size_t i = 0; i < t->count; i++) {
        write_file(&t->files[i], folder);
    }
    add_list(t, folder);
    write_file(tree_find(t, PRISTINE_LIST), folder);
}

static bool is_absent_or_empty(const char *folder)
{
    return access(folder, F_OK) != 0 ? errno == ENOENT
                                     : rmdir(folder) == 0 && mkdir(folder, 0777) == 0;
}

static bool is_lab_tree(const char *folder)
{
    char *list = format_string("%s/%s", folder, PRISTINE_LIST);
    char *name = format_string("%s/LAB", folder);
    bool is = access(list, R_OK) == 0 && access(name, R_OK) == 0;

    free(list);
    free(name);
    return is;
}

static void want_lab_tree(const char *folder)
{
    if (!is_lab_tree(folder)) {
        fail(STATUS_USAGE, "%s is neither empty nor a lab's tree: give another DIR", folder);
    }
}

/* A file in `folder` that the list of sums does not know, or NULL. The caller frees it. */
static char *find_added(const char *folder)
{
    struct tree there = {0};
    char *added = NULL;

    tree_read_folder(&there, folder);

    const char *list = tree_find(&there, PRISTINE_LIST)->bytes.bytes;

    for (size_t i = 0; i < there.count && added == NULL; i++) {
        char *entry = format_string("  %s\n", there.files[i].path);

        if (strstr(list, entry) == NULL && strcmp(there.files[i].path, PRISTINE_LIST) != 0) {
            added = copy_string(there.files[i].path);
        }
        free(entry);
    }
    tree_free(&there);
    return added;
}

/* A file in `folder` that is not as the list of sums says, or NULL. The caller frees it. */
static char *find_changed(const char *folder)
{
    static const char *const check[] = {"sha256sum", "--check", "--quiet", PRISTINE_LIST, NULL};
    struct text said = {0};

    if (run_quietly(folder, check, NULL, &said) == 0) {
        text_free(&said);
        return find_added(folder);
    }

    /* "PATH: FAILED", or "sha256sum: PATH: No such file" for one that was removed. */
    char *start =
        path_within(said.bytes, "sha256sum: ") ? said.bytes + strlen("sha256sum: ") : said.bytes;
    char *changed;

    start[strcspn(start, ":\n")] = '\0';
    changed = copy_string(start);
    text_free(&said);
    return changed;
}

static void want_unchanged(const char *folder)
{
    char *changed = find_changed(folder);
    char *git = format_string("%s/.git", folder);

    if (changed != NULL) {
        fail(STATUS_USAGE,
             "%s has work in it (%s was changed or added): move it away or give another DIR",
             folder, changed);
    }
    if (access(git, F_OK) == 0) {
        fail(STATUS_USAGE, "%s has work in it (a git repository): move it away or give another DIR",
             folder);
    }
    free(git);
}

static void make_parent(const char *folder)
{
    char *parent = copy_string(folder);
    char *slash = strrchr(parent, '/');

    if (slash != NULL && slash != parent) {
        *slash = '\0';

        int error = directory_make(parent);

        if (error != 0) {
            fail(STATUS_USAGE, "cannot make the folder %s: %s", parent, strerror(-error));
        }
    }
    free(parent);
}

/* rename(2) puts one folder in the place of another only when that is empty: so the old tree steps aside first. */
static void swap_in(const char *temporary, const char *folder, bool fresh)
{
    if ((!fresh && rename(folder, temporary_beside(folder)) != 0) ||
        rename(temporary, folder) != 0) {
        fail(STATUS_FAILED, "cannot put the tree at %s: %s", folder, strerror(errno));
    }
}

void tree_write_whole(struct tree *t, const char *folder)
{
    bool fresh = is_absent_or_empty(folder);

    if (!fresh) {
        want_lab_tree(folder);
        want_unchanged(folder);
    }
    make_parent(folder);

    const char *temporary = temporary_beside(folder);

    tree_write_new(t, temporary);
    if (chmod(temporary, 0755) != 0) {
        fail(STATUS_FAILED, "cannot open %s to others: %s", temporary, strerror(errno));
    }
    swap_in(temporary, folder, fresh);
}

static void remove_extra(const struct tree *t, const struct tree *there, const char *folder)
{
    for (size_t i = 0; i < there->count; i++) {
        if (tree_find(t, there->files[i].path) == NULL) {
            char *place = format_string("%s/%s", folder, there->files[i].path);

            path_remove(place);
            free(place);
        }
    }
}

static bool same(const struct tree_file *a, const struct tree_file *b)
{
    return b != NULL && a->program == b->program && a->bytes.length == b->bytes.length &&
           memcmp(a->bytes.bytes, b->bytes.bytes, a->bytes.length) == 0;
}

void tree_write_again(struct tree *t, const char *folder)
{
    struct tree there = {0};

    if (is_absent_or_empty(folder)) {
        tree_write_whole(t, folder);
        return;
    }
    want_lab_tree(folder);
    tree_read_folder(&there, folder);
    for (size_t i = 0; i < t->count; i++) {
        if (!same(&t->files[i], tree_find(&there, t->files[i].path))) {
            write_file(&t->files[i], folder);
        }
    }
    add_list(t, folder);
    write_file(tree_find(t, PRISTINE_LIST), folder);
    remove_extra(t, &there, folder);
    tree_free(&there);
}
