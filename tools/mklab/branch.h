/*
 * A git branch for each lab, lab/NN-name: one commit without parents, since a branch that shares history with the reference
 * would publish the answers. Author, date and message are fixed: the same files give the same commit.
 */
#pragma once

#include "reference.h"

/**
 * Make or update the branches of all labs in `root`'s repository and print one line for each. Neither its folder nor its
 * index is touched. A branch of that name with anybody else's commits in it ends the tool before anything is changed.
 */
void branches_make(const struct reference *r, const char *root);

/** Push these branches, and nothing else, to the repository `to`, replacing the ones there. Ends the tool when git cannot. */
void branches_publish(const struct reference *r, const char *root, const char *to);
