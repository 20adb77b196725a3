/*
 * Looking into object files: a student's may hold functions, data and calls of the kernel, and nothing by which code would
 * run that no test has called, or by which a function of ours would be replaced.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/** Names, each once, in the order of strcmp once names_sort was called. */
struct names {
    char **list;
    size_t count, capacity;
};

/** Add a name. */
void names_add(struct names *n, const char *name);

/** Sort, and make each name single: names_have works from then on. */
void names_sort(struct names *n);

/** Is `name` one of them? */
bool names_have(const struct names *n, const char *name);

/** Add all of `more`; then names_sort. */
void names_add_all(struct names *n, const struct names *more);

/** Free the names. */
void names_free(struct names *n);

/** What a set of object files defines for others, and what it wants from others. */
struct object_names {
    struct names defined, wanted;
};

/** Free both. */
void object_names_free(struct object_names *n);

/**
 * Add the names of the object file `path` to `n`. Returns NULL, or what is wrong with the file in one line, which the caller
 * frees. names_sort is left to the caller.
 */
char *object_read_names(const char *path, struct object_names *n);

/** The three ways in which a student's file is compiled. */
enum object_use {
    OBJECT_KERNEL,   /* for the image */
    OBJECT_AS_BUILT, /* with the same flags, for the unit tests */
    OBJECT_CHECKED /* with sanitizers, for the unit tests: these bring one constructor for each C file */
};

/** What a student's objects are judged by. */
struct object_rules {
    enum object_use use;
    const struct object_names
        *around;                /* all that they will be linked with: their names are taken */
    const struct names *usable; /* what they may use: the kernel's own names */
    const struct names
        *skeleton;              /* what the untouched student's files define: that may be defined */
    const struct names *theirs; /* what all of the student's objects define */
};

/**
 * May the student's object `path`, made from `source`, be linked? Returns NULL, or the reason why not in one line, which the
 * caller frees.
 */
char *object_judge(const char *path, const char *source, const struct object_rules *rules);
