/* The folders of a grading: see work.h. */
#include "work.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "process.h"
#include "take.h"

static const char PRISTINE_LIST[] = "labs/pristine.sha256";

/* "boot, paging": the NAME of each labs/NN-NAME. */
static char *list_labs(const glob_t *found)
{
    struct text names = {0};

    text_append(&names, "", 0);
    for (size_t i = 0; i < found->gl_pathc; i++) {
        const char *name = strchr(found->gl_pathv[i], '-') + 1;

        text_printf(&names, "%s%.*s", i > 0 ? ", " : "", (int)strcspn(name, "/"), name);
    }
    return names.bytes;
}

char *work_find_lab(const char *name)
{
    char *path = NULL;
    glob_t found;

    if (glob("labs/[0-9][0-9]-*/lab.ini", 0, NULL, &found) != 0) {
        fail(STATUS_USAGE,
             "no labs/NN-name/lab.ini here: start the grader at the top of a tree with labs");
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *here = strchr(found.gl_pathv[i], '-') + 1;

        if (strlen(name) == strcspn(here, "/") && strncmp(here, name, strlen(name)) == 0) {
            path = copy_string(found.gl_pathv[i]);
        }
    }
    if (path == NULL) {
        char *names = list_labs(&found);

        if (name[0] == '\0') {
            fail(STATUS_USAGE, "which lab? Say LAB=NAME; labs: %s", names);
        }
        fail(STATUS_USAGE, "there is no lab '%s'; labs: %s", name, names);
    }
    globfree(&found);
    return path;
}

static void make_folder(const char *path)
{
    int error = directory_make(path);

    if (error != 0) {
        fail(STATUS_USAGE, "cannot make the folder %s: %s", path, strerror(-error));
    }
}

static void make_empty(const char *path)
{
    int error = path_remove(path);

    if (error != 0) {
        fail(STATUS_USAGE, "cannot remove %s: %s (made by another user? then remove it by hand)",
             path, strerror(-error));
    }
    make_folder(path);
}

static void lock(const struct work *work, const struct lab *lab)
{
    char *path = format_string("%s/lock", work->folder);
    char *what = format_string("the grading of lab %s in %s", lab->name, work->folder);
    int descriptor = file_lock(path, what);

    if (descriptor < 0) {
        fail(STATUS_USAGE, "cannot lock %s: %s", path, strerror(-descriptor));
    }
    free(path);
    free(what);
}

/* Both trees at once: most of the time goes into finding out what is to be in them. */
static void make_trees(const struct work *work, const struct lab *lab)
{
    char *program = format_string("%s/bin/mklab", work->build);
    char *lab_option = format_string("--lab=%s", lab->name),
         *pristine = format_string("--out=%s", work->pristine),
         *tree = format_string("--also=%s", work->tree);
    struct text output = {0};
    struct process p = {
        .arguments = (const char *const[]){program, "tree", lab_option, pristine, tree, "--hidden",
                                           "--again", NULL},
        .seconds = 60,
        .output = &output,
    };
    struct process_end end = process_run(&p);

    if (end.status == STATUS_INTERRUPTED) {
        exit(STATUS_INTERRUPTED);
    }
    if (end.status != 0) {
        fail(STATUS_USAGE, "mklab cannot make the lab's tree:\n%s",
             output.bytes != NULL ? output.bytes : "");
    }
    text_free(&output);
    free(program);
    free(lab_option);
    free(pristine);
    free(tree);
}

struct work work_begin(const struct lab *lab)
{
    struct work work = {.root = getcwd(NULL, 0)};

    work.build = realpath("build", NULL); /* it may be a link to a larger disk */
    if (work.root == NULL || work.build == NULL) {
        fail(STATUS_USAGE, "no folder build here: let `make grade` start the grader");
    }
    work.folder = format_string("%s/grade/%s", work.build, lab->folder);
    work.objects = format_string("%s/objects", work.folder);
    work.out = format_string("%s/out", work.folder);
    work.in_place = access("LAB", F_OK) == 0;
    work.pristine =
        work.in_place ? copy_string(work.root) : format_string("%s/pristine", work.folder);
    work.tree = work.in_place ? copy_string(work.root) : format_string("%s/tree", work.folder);
    make_folder(work.folder);
    lock(&work, lab);
    make_empty(work.out);
    make_folder(work.objects);
    if (!work.in_place) {
        make_trees(&work, lab);
    }
    return work;
}

/* sha256sum says "PATH: FAILED" for each file that was changed. */
static void note_changes(const struct work *work, struct grading *g)
{
    struct text output = {0};
    struct process p = {
        .arguments = (const char *const[]){"sha256sum", "--check", "--quiet", PRISTINE_LIST, NULL},
        .directory = work->tree,
        .seconds = 60,
        .output = &output,
    };
    char *rest = NULL;

    if (access(PRISTINE_LIST, R_OK) != 0 || process_run(&p).status == 0 || output.bytes == NULL) {
        text_free(&output);
        return;
    }
    for (char *line = strtok_r(output.bytes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *colon = strstr(line, ": FAILED");

        if (colon != NULL) {
            *colon = '\0';
        }
        if (colon != NULL && !words_have(&g->lab->files, line)) {
            text_printf(&g->ignored, "%s\n", line);
        }
    }
    text_free(&output);
}

static void put(const struct work *work, const char *path, const struct text *bytes)
{
    char *target = format_string("%s/%s", work->tree, path);
    int error = file_write(target, bytes->bytes, bytes->length);

    if (error != 0) {
        fail(STATUS_INFRASTRUCTURE, "cannot write %s: %s", target, strerror(-error));
    }
    free(target);
}

void work_take(const struct work *work, enum subject subject, const char *submission,
               struct grading *g)
{
    const char *folder = subject == SUBJECT_REFERENCE ? work->root : submission;
    const struct words *files = &g->lab->files;

    if (subject == SUBJECT_OWN) {
        note_changes(work, g);
    }
    if (subject == SUBJECT_OWN || subject == SUBJECT_SKELETON) {
        return;
    }
    for (size_t i = 0; i < files->count; i++) {
        struct text bytes = {0};
        const char *why = take_file(folder, files->list[i], &bytes);

        if (why == NULL) {
            put(work, files->list[i], &bytes);
        } else {
            text_printf(&g->missing, "%s %s\n", files->list[i], why);
        }
        text_free(&bytes);
    }
    if (subject == SUBJECT_SUBMISSION) {
        take_list_ignored(folder, work->pristine, files->list, files->count, &g->ignored);
    }
}

void work_free(struct work *work)
{
    free(work->root);
    free(work->build);
    free(work->folder);
    free(work->pristine);
    free(work->objects);
    free(work->tree);
    free(work->out);
    *work = (struct work){0};
}
