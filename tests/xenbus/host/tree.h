/*
 * The tree behind store.h: nodes with absolute paths. Folders are there as long as something is in them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { NODES = 512, PATH = 512, VALUE = 500 };

struct node {
    char path[PATH]; /* empty: there is none */
    char value[VALUE + 1];
    size_t length;
};

/** No nodes. */
void tree_clear(void);

/** Remember the tree; make it what was remembered. */
void tree_keep(void);
void tree_restore(void);

/** Whether `path` is `folder` or lies in it. */
bool tree_beneath(const char *path, const char *folder);

/** The node at `path`; NULL: there is none. */
struct node *tree_find(const char *path);

/** Whether there is a node at `path` or beneath it. */
bool tree_exists(const char *path);

/** The name in `folder` that the node `number` is or lies under, if no earlier node has it; else NULL. */
const char *tree_child(unsigned number, const char *folder, char *name, size_t size);

/** What changes a node says so here: its watches fire. In store.c. */
void store_touch(const char *path);
