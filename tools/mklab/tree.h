/*
 * A tree of source files held in memory: what mklab reads, changes and writes. Sorted by path, so that the same files
 * always give the same bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct tree_file {
    char *path;   /* from the tree's root, no "./" */
    bool program; /* executable: all of a file's mode that git keeps too */
    struct text bytes;
};

struct tree {
    struct tree_file *files;
    size_t count, capacity;
};

/** Add an empty file at the end and return it; the pointer is good until the next tree_add. Then tree_sort. */
struct tree_file *tree_add(struct tree *t, const char *path, bool program);

/** Bring the files into the order of their paths. */
void tree_sort(struct tree *t);

/** The file at `path` of a sorted tree, or NULL. */
struct tree_file *tree_find(const struct tree *t, const char *path);

/** Free all files and make `t` empty. */
void tree_free(struct tree *t);

/** Does `path` lie in `folder` (given with its closing slash)? */
bool path_within(const char *path, const char *folder);

/** Does `path` end with `ending`? */
bool path_ends(const char *path, const char *ending);
