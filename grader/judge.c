/* Judging the student's objects: see judge.h. build.mk leaves lists of ours. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "message.h"
#include "object.h"

enum { MOST_LIST = 1 << 20 };

/* Add the names of every object in the list `file` (a line each). */
static void read_names(const struct work *work, const char *file, struct object_names *names)
{
    char *path = format_string("%s/%s", work->objects, file), *rest = NULL;
    struct text list = {0};
    int error = file_read(path, MOST_LIST, &list);

    if (error != 0) {
        fail(STATUS_INFRASTRUCTURE, "cannot read %s: %s", path, strerror(-error));
    }
    for (char *line = strtok_r(list.bytes, " \n", &rest); line != NULL;
         line = strtok_r(NULL, " \n", &rest)) {
        char *wrong = object_read_names(line, names);

        if (wrong != NULL) {
            fail(STATUS_INFRASTRUCTURE, "%s", wrong);
        }
    }
    names_sort(&names->defined);
    names_sort(&names->wanted);
    text_free(&list);
    free(path);
}

static char *object_path(const struct work *work, enum object_use use, const char *file)
{
    static const char *const folders[] = {"kernel", "fakexen/as-built", "fakexen/checked"};

    return format_string("%s/%s/%s.o", work->out, folders[use], file);
}

static char *judge_file(const struct work *work, const char *file, const struct object_rules *rules)
{
    char *path = object_path(work, rules->use, file);
    char *why = object_judge(path, file, rules);
    char *reason = why != NULL ? format_string("%s: %s", file, why) : NULL;

    free(path);
    free(why);
    return reason;
}

/* Judge the student's objects of one use. */
static char *judge_use(const struct work *work, const struct lab *lab, struct object_rules rules)
{
    struct object_names theirs = {0};
    char *reason = NULL;

    for (size_t i = 0; reason == NULL && i < lab->files.count; i++) {
        char *path = object_path(work, rules.use, lab->files.list[i]);

        reason = object_read_names(path, &theirs);
        free(path);
    }
    names_sort(&theirs.defined);
    rules.theirs = &theirs.defined;
    /* In a lab's own tree nothing says what the files were like when they were untouched. */
    if (work->in_place) {
        rules.skeleton = &theirs.defined;
    }
    for (size_t i = 0; reason == NULL && i < lab->files.count; i++) {
        reason = judge_file(work, lab->files.list[i], &rules);
    }
    object_names_free(&theirs);
    return reason;
}

/* What the objects of ours say: read once for the three uses. */
struct our_names {
    struct object_names kernel, unit, skeleton;
    struct names usable;
};

static void read_our_names(const struct work *work, struct our_names *ours)
{
    read_names(work, "kernel.list", &ours->kernel);
    read_names(work, "unit.list", &ours->unit);
    read_names(work, "skeleton.list", &ours->skeleton);
    names_add_all(&ours->usable, &ours->kernel.defined);
    names_add_all(&ours->usable, &ours->kernel.wanted);
    names_add(&ours->usable,
              "fakexen_m2p"); /* Xen's table of machine frames, as the unit tests call it */
    names_sort(&ours->usable);
}

char *judge_objects(const struct work *work, const struct lab *lab)
{
    struct our_names ours = {0};
    char *reason = NULL;

    read_our_names(work, &ours);
    for (enum object_use use = OBJECT_KERNEL; reason == NULL && use <= OBJECT_CHECKED; use++) {
        struct object_rules rules = {.use = use,
                                     .around = use == OBJECT_CHECKED ? &ours.unit : &ours.kernel,
                                     .usable = &ours.usable,
                                     .skeleton = &ours.skeleton.defined};

        reason = judge_use(work, lab, rules);
    }
    object_names_free(&ours.kernel);
    object_names_free(&ours.unit);
    object_names_free(&ours.skeleton);
    names_free(&ours.usable);
    return reason;
}
