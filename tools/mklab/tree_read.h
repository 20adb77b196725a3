/*
 * Where trees come from: the folder one works in, a commit, or any folder.
 */
#pragma once

#include "tree.h"

/**
 * Read the files that git tracks in `root` as they are in the folder now; a tracked file that was removed is not there.
 * A `root` without git (an unpacked archive) is read whole. Ends the tool with a message when it cannot.
 */
void tree_read_working(struct tree *t, const char *root);

/** Read the files of a commit of `root`'s repository; the folder plays no part. Ends the tool when it cannot. */
void tree_read_commit(struct tree *t, const char *root, const char *commit);

/** Read all files in `folder`, without what a build leaves there (build/, results.json …) and without git's own. */
void tree_read_folder(struct tree *t, const char *folder);
