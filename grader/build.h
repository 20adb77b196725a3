/*
 * Compiling what is graded: our files outside the sandbox, the student's inside, and a look into the student's objects before
 * anything made of them runs.
 */
#pragma once

#include "grading.h"
#include "work.h"

/** Bring the objects of the untouched tree up to date. Ends the program with STATUS_INFRASTRUCTURE when they do not compile. */
void build_pristine(const struct work *work, const struct lab *lab);

/** Compile the student's files, judge the objects, link image and unit tests; judges the checks of kind build. */
void build_submission(const struct work *work, struct grading *g);
