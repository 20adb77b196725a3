/*
 * The tree of the fake xenstored, and transactions: copies of it that take effect at once, or not at all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_NODES 24
#define TREE_PATH  80
#define TREE_VALUE 4096

struct tree_node {
    char path[TREE_PATH]; /* absolute; "": the place is free */
    char value[TREE_VALUE + 1];
    size_t length;
    char permissions[32]; /* as they are sent: texts with NULs */
    size_t permissions_length;
};

struct tree {
    struct tree_node nodes[TREE_NODES];
};

/** The tree that counts. */
extern struct tree tree_of_all;

/** Make it empty, and forget all transactions. */
void tree_start(void);

/** Forget all transactions. */
void tree_forget(void);

/** The tree that a request with this transaction sees; NULL: there is no such transaction. */
struct tree *tree_for(uint32_t transaction);

/** The node at `path`, noted as used by the transaction; NULL: there is none. */
struct tree_node *tree_find(uint32_t transaction, const char *path);

/** The same; made if need be. NULL: there is no room. */
struct tree_node *tree_make(uint32_t transaction, const char *path);

/** Remove it and all beneath it. Returns whether there was anything. */
bool tree_remove(uint32_t transaction, const char *path);

/** Note that the node at `path` is about to be changed. */
void tree_changes(uint32_t transaction, const char *path);

/** Whether `path` is `top` or beneath it. */
bool tree_beneath(const char *path, const char *top);

/** Begin a transaction. Returns its number; 0: there are too many. */
uint32_t tree_begin(void);

/**
 * End it; with effect, if that is wanted and nobody else has changed what it used, calling `changed` for each node that it changed.
 * Returns 0, ENOENT or EAGAIN as errno.h has them.
 */
int tree_end(uint32_t transaction, bool commit, void (*changed)(const char *path));

/** How many are open. */
unsigned tree_open(void);
