/*
 * Where a grading works: build/grade/NAME in the folder that the grader was started in.
 *
 *   pristine/   the lab's tree as students get it, hidden tests too; nobody's files but ours ever come in here
 *   objects/    what was compiled from it; kept, so that the next grading compiles the student's files only
 *   tree/       the same tree with the files to be graded in place
 *   out/        what the sandbox writes: the student's objects and all programs made with them; begun anew each time
 *
 * In a lab's own tree (it has a file LAB) there is nothing to compare with: pristine and tree are that tree itself.
 */
#pragma once

#include <stdbool.h>

#include "grading.h"
#include "lab.h"

struct work {
    char *root;   /* absolute, like all of these */
    char *build;  /* root/build: the rig, Xen's headers, the C library */
    char *folder; /* build/grade/NAME */
    char *pristine, *objects, *tree, *out;
    bool in_place; /* in a lab's own tree */
};

/** What is graded. */
enum subject { SUBJECT_REFERENCE, SUBJECT_SKELETON, SUBJECT_SUBMISSION, SUBJECT_OWN };

/** "labs/01-boot/lab.ini" for the lab called `name`; ends the program with a line that lists the labs when there is none. */
char *work_find_lab(const char *name);

/** Lock the place, make its folders and trees. Ends the program with one line when that is impossible. */
struct work work_begin(const struct lab *lab);

/**
 * Put the files to be graded into work->tree. What cannot be taken is noted in `g`, and so are files that are left aside: in
 * a lab's own tree those that are not the student's and were changed.
 */
void work_take(const struct work *work, enum subject subject, const char *submission,
               struct grading *g);

/** Free the names; the lock goes with the program. */
void work_free(struct work *work);
