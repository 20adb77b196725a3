/*
 * The labs of a tree, as their lab.ini files describe them. What the checks are worth is the grader's matter.
 */
#pragma once

#include <stddef.h>

#include "text.h"
#include "tree.h"

struct exercise {
    char *number; /* "1.2" */
    char *title;
    char *points;
    size_t holes; /* how many there are; counted by check.c */
};

struct lab {
    char *folder; /* "01-boot" */
    char *path;   /* "labs/01-boot/lab.ini" */
    int number;
    char *name, *digits, *title, *difficulty, *hours; /* "boot", "01", … */
    char **files;                                     /* the student's */
    size_t file_count;
    struct exercise *exercises;
    size_t exercise_count;
};

struct labs {
    struct lab *list; /* by number */
    size_t count;
};

/** Read every labs/NN-name/lab.ini of `tree`. One line for each thing wrong is appended to `errors`. */
void labs_read(const struct tree *tree, struct labs *labs, struct text *errors);

/** The lab called `name`, or NULL. */
struct lab *labs_find(const struct labs *labs, const char *name);

/** The lab called `name`, or the end of the tool with one line that lists those there are. */
struct lab *labs_want(const struct labs *labs, const char *name);

/** "boot, paging": all names. The caller frees it. */
char *labs_names(const struct labs *labs);

/** The exercise `number` of `lab`, or NULL. */
struct exercise *lab_exercise(const struct lab *lab, const char *number);

/** Is `path` one of the student's files? */
bool lab_owns(const struct lab *lab, const char *path);

/** Free all of it. */
void labs_free(struct labs *labs);
