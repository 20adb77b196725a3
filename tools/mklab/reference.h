/*
 * The reference: the complete kernel with its labs and their holes, and the rules that these must follow.
 */
#pragma once

#include "lab.h"
#include "marker.h"
#include "tree.h"

struct reference {
    struct tree tree;
    struct labs labs;
    struct holes holes;
};

/** Read the tree of `root`: as it is in the folder when `commit` is NULL, else that commit's. Ends the tool when it cannot. */
void reference_read(struct reference *r, const char *root, const char *commit);

/** Find the labs and holes of r->tree; one line for each broken rule is appended to `errors`. */
void reference_check(struct reference *r, struct text *errors);

/** Free all of it. */
void reference_free(struct reference *r);

/** May `path` hold code of ours: C, assembly, linker script or make rules? */
bool is_source(const char *path);
