/* Where trees come from: see tree_read.h. */
#include "tree_read.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "run.h"

enum { LARGEST_FILE = 64 << 20 };

/* Add root/path. What is no file any more, or a folder (a tracked one is another repository), is passed over. */
static void add_from_disk(struct tree *t, const char *root, const char *path)
{
    char *place = format_string("%s/%s", root, path);
    struct stat status = {0};
    int error = lstat(place, &status) != 0 && errno != ENOENT && errno != ENOTDIR ? -errno : 0;

    if (S_ISLNK(status.st_mode)) {
        fail(STATUS_USAGE, "%s is a symbolic link: mklab takes only files", place);
    } else if (S_ISREG(status.st_mode)) {
        error = file_read(place, LARGEST_FILE,
                          &tree_add(t, path, (status.st_mode & S_IXUSR) != 0)->bytes);
    }
    if (error != 0) {
        fail(STATUS_FAILED, "cannot read %s: %s", place, strerror(-error));
    }
    free(place);
}

/* The end of an entry that closes with a NUL. */
static const char *next_entry(const char *at)
{
    return at + strlen(at) + 1;
}

void tree_read_working(struct tree *t, const char *root)
{
    const char *const list[] = {"git", "ls-files", "-z", "--deduplicate", NULL};
    char *git = format_string("%s/.git", root);
    struct text names = {0};

    if (access(git, F_OK) != 0) {
        tree_read_folder(t, root);
    } else if (run(root, list, NULL, &names) != 0) {
        fail(STATUS_FAILED, "git cannot list the files of %s", root);
    }
    for (const char *at = names.bytes; at != NULL && at < names.bytes + names.length;
         at = next_entry(at)) {
        add_from_disk(t, root, at);
    }
    tree_sort(t);
    text_free(&names);
    free(git);
}

/* Take "MODE blob ID\tPATH" of git ls-tree apart: add the file, and its id to `wanted`. */
static void add_entry(struct tree *t, const char *entry, struct text *wanted)
{
    const char *path = strchr(entry, '\t') + 1;
    const char *id = strchr(strchr(entry, ' ') + 1, ' ') + 1;
    bool blob = path_within(strchr(entry, ' ') + 1, "blob ");

    if (path_within(entry, "120000")) {
        fail(STATUS_USAGE, "%s is a symbolic link: mklab takes only files", path);
    }
    if (blob) {
        tree_add(t, path, path_within(entry, "100755"));
        text_printf(wanted, "%.*s\n", (int)(path - 1 - id), id);
    }
}

/* Share the answer of git cat-file --batch, "ID blob SIZE\nBYTES\n" for each file, among the files. */
static void fill_files(struct tree *t, const struct text *answer)
{
    const char *at = answer->bytes, *end = answer->bytes + answer->length;

    for (size_t i = 0; i < t->count; i++) {
        size_t size = 0;
        int header = 0;

        if (at >= end || sscanf(at, "%*s blob %zu%n", &size, &header) != 1 ||
            size >= (size_t)(end - at - header)) {
            fail(STATUS_FAILED, "git gave no contents for %s", t->files[i].path);
        }
        text_append(&t->files[i].bytes, at + header + 1, size);
        at += (size_t)header + 1 + size + 1;
    }
}

void tree_read_commit(struct tree *t, const char *root, const char *commit)
{
    char *revision = format_string("%s^{commit}", commit);
    const char *const verify[] = {"git", "rev-parse", "--verify", "--quiet", revision, NULL};
    const char *const list[] = {"git", "ls-tree", "-r", "-z", "--full-tree", revision, NULL};
    const char *const contents[] = {"git", "cat-file", "--batch", NULL};
    struct text entries = {0}, wanted = {0}, answer = {0};

    if (run_quietly(root, verify, NULL, &answer) != 0) {
        fail(STATUS_USAGE, "'%s' is no commit of the repository in %s", commit, root);
    }
    text_free(&answer);
    if (run(root, list, NULL, &entries) != 0) {
        fail(STATUS_FAILED, "git cannot list the files of %s", commit);
    }
    for (const char *at = entries.bytes; at != NULL && at < entries.bytes + entries.length;
         at = next_entry(at)) {
        add_entry(t, at, &wanted);
    }
    if (run(root, contents, &wanted, &answer) != 0) {
        fail(STATUS_FAILED, "git cannot give the files of %s", commit);
    }
    fill_files(t, &answer);
    tree_sort(t);
    text_free(&entries);
    text_free(&wanted);
    text_free(&answer);
    free(revision);
}

/* What is never part of a tree, at its top. */
static bool passed_over(const char *path)
{
    static const char *const names[] = {".git", "build", "results.json", "compile_commands.json"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(path, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void read_below(struct tree *t, const char *root, const char *folder)
{
    char *place = format_string("%s/%s", root, folder);
    DIR *directory = opendir(place);
    struct dirent *entry;

    if (directory == NULL) {
        fail(STATUS_USAGE, "cannot read the folder %s: %s", place, strerror(errno));
    }
    while ((entry = readdir(directory)) != NULL) {
        char *path = format_string("%s%s%s", folder, folder[0] != '\0' ? "/" : "", entry->d_name);

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            passed_over(path)) {
            /* not ours */
        } else if (entry->d_type == DT_DIR) {
            read_below(t, root, path);
        } else {
            add_from_disk(t, root, path);
        }
        free(path);
    }
    closedir(directory);
    free(place);
}

void tree_read_folder(struct tree *t, const char *folder)
{
    read_below(t, folder, "");
    tree_sort(t);
}
