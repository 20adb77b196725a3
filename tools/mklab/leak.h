/*
 * The proof that a lab's tree does not have the answer: no line of 30 or more non-blank characters that stands in the
 * reference only between the markers of this lab or a later one stands anywhere in the tree.
 */
#pragma once

#include "reference.h"

/**
 * Look for lines of the answers of `lab` and later ones in `tree`; one line for each that is there is appended to `report`.
 * Returns how many lines of answers were looked for.
 */
size_t leak_find(const struct reference *r, const struct lab *lab, const struct tree *tree,
                 struct text *report);
