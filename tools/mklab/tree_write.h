/*
 * A lab's tree written to disk, with the list of sha256 sums by which one can tell later what somebody has changed in it.
 */
#pragma once

#include <stdbool.h>

#include "tree.h"

/** The list's place in a lab's tree. */
#define PRISTINE_LIST "labs/pristine.sha256"

/** Write the tree into the empty folder `folder`, with the list of sums, which becomes a file of `t` too. */
void tree_write_new(struct tree *t, const char *folder);

/**
 * Make `folder` hold the tree, all at once. It may be absent, empty, or a lab's tree written before in which nobody has
 * changed anything; else the tool ends with one line and touches nothing. A build/ in it goes.
 */
void tree_write_whole(struct tree *t, const char *folder);

/**
 * Make `folder` hold the tree by writing only the files that differ and removing those that are too many; build/ stays,
 * so that the next build is short. For a folder that is the caller's own: what was changed in it is lost. A folder that is
 * neither empty nor a lab's tree is refused.
 */
void tree_write_again(struct tree *t, const char *folder);
