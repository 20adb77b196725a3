/*
 * The tree of one lab, made from the reference: its holes open (or solved), earlier labs solved, later ones gone, and nothing
 * in it that is for instructors only.
 */
#pragma once

#include <stdbool.h>

#include "reference.h"

struct labtree_options {
    bool solved; /* fill this lab's holes too */
    bool hidden; /* keep the lab's hidden tests: for the grader, never for students */
};

/**
 * Make the tree of `lab`. The reference must have passed reference_check. An open tree is proved to be without the answer;
 * when it is not, the tool ends with a message for each line that would be given away.
 */
void labtree_make(const struct reference *r, const struct lab *lab,
                  const struct labtree_options *options, struct tree *out);
