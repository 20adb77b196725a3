/*
 * A grading, told to people.
 */
#pragma once

#include "grading.h"

/** Colours from now on, if stdout is a terminal. */
void table_colours(void);

/** "FAIL unit  title … 0/6" and why, for each check that neither passed nor was skipped. */
void table_print_failures(const struct grading *g);

/** Exercises and their checks, with points. */
void table_print_points(const struct grading *g);

/** What to do next, and last of all "boot: 73/100". */
void table_print_end(const struct grading *g);
