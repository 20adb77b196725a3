/* The tree of the fake xenstored: see xenstored_tree.h. */
#include "xenstored_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRANSACTIONS = 10, USES = 48 };

/* What has become of a path since a transaction began. */
struct use {
    char path[TREE_PATH];
    bool used, changed; /* by the transaction */
    bool stale;         /* somebody else has changed it */
};

static struct transaction {
    uint32_t number; /* 0: the place is free */
    struct tree tree;
    struct use uses[USES];
    unsigned use_count;
} transactions[TRANSACTIONS];

static uint32_t last_number;
struct tree tree_of_all;

void tree_forget(void)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        transactions[i].number = 0;
    }
}

void tree_start(void)
{
    memset(&tree_of_all, 0, sizeof tree_of_all);
    tree_forget();
}

static struct transaction *find_transaction(uint32_t number)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        if (number != 0 && transactions[i].number == number) {
            return &transactions[i];
        }
    }
    return NULL;
}

struct tree *tree_for(uint32_t transaction)
{
    struct transaction *t = find_transaction(transaction);

    return t != NULL ? &t->tree : transaction == 0 ? &tree_of_all : NULL;
}

bool tree_beneath(const char *path, const char *top)
{
    size_t length = strlen(top);

    return strncmp(path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static struct use *find_use(struct transaction *t, const char *path)
{
    for (unsigned i = 0; i < t->use_count; i++) {
        if (strcmp(t->uses[i].path, path) == 0) {
            return &t->uses[i];
        }
    }
    return NULL;
}

static struct use *make_use(struct transaction *t, const char *path)
{
    struct use *use = find_use(t, path);

    if (use == NULL) {
        if (t->use_count == USES) {
            abort();
        }
        use = &t->uses[t->use_count++];
        *use = (struct use){.used = false};
        snprintf(use->path, sizeof use->path, "%s", path);
    }
    return use;
}

/* A change of the tree that counts is one behind the back of all transactions. */
void tree_changes(uint32_t transaction, const char *path)
{
    struct transaction *t = find_transaction(transaction);

    if (t != NULL) {
        struct use *use = make_use(t, path);

        use->used = use->changed = true;
        return;
    }
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        if (transactions[i].number != 0) {
            make_use(&transactions[i], path)->stale = true;
        }
    }
}

static bool has_conflict(const struct transaction *t)
{
    for (unsigned i = 0; i < t->use_count; i++) {
        if (t->uses[i].used && t->uses[i].stale) {
            return true;
        }
    }
    return false;
}

static struct tree_node *look_up(struct tree *tree, const char *path)
{
    for (unsigned i = 0; i < TREE_NODES; i++) {
        if (strcmp(tree->nodes[i].path, path) == 0) {
            return &tree->nodes[i];
        }
    }
    return NULL;
}

struct tree_node *tree_find(uint32_t transaction, const char *path)
{
    struct transaction *t = find_transaction(transaction);

    if (t != NULL) {
        make_use(t, path)->used = true;
    }
    return look_up(tree_for(transaction), path);
}

static struct tree_node *make_in(struct tree *tree, const char *path)
{
    struct tree_node *node = look_up(tree, path);

    if (node == NULL && (node = look_up(tree, "")) != NULL) {
        memset(node, 0, sizeof *node);
        snprintf(node->path, sizeof node->path, "%s", path);
        memcpy(node->permissions, "n5", 3);
        node->permissions_length = 3;
    }
    return node;
}

struct tree_node *tree_make(uint32_t transaction, const char *path)
{
    tree_changes(transaction, path);
    return make_in(tree_for(transaction), path);
}

bool tree_remove(uint32_t transaction, const char *path)
{
    struct tree *tree = tree_for(transaction);
    bool found = false;

    for (unsigned i = 0; i < TREE_NODES; i++) {
        struct tree_node *node = &tree->nodes[i];

        if (node->path[0] != '\0' && tree_beneath(node->path, path)) {
            tree_changes(transaction, node->path);
            node->path[0] = '\0';
            found = true;
        }
    }
    return found;
}

uint32_t tree_begin(void)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        struct transaction *t = &transactions[i];

        if (t->number == 0) {
            t->number = ++last_number;
            t->tree = tree_of_all;
            t->use_count = 0;
            return t->number;
        }
    }
    return 0;
}

static void apply(const struct transaction *t, const char *path)
{
    const struct tree_node *from = look_up((struct tree *)&t->tree, path);
    struct tree_node *to = from != NULL ? make_in(&tree_of_all, path) : look_up(&tree_of_all, path);

    tree_changes(0, path);
    if (from != NULL && to != NULL) {
        *to = *from;
    } else if (to != NULL) {
        to->path[0] = '\0';
    }
}

int tree_end(uint32_t transaction, bool commit, void (*changed)(const char *path))
{
    struct transaction *t = find_transaction(transaction);

    if (t == NULL) {
        return ENOENT;
    }
    t->number = 0;
    if (commit && has_conflict(t)) {
        return EAGAIN;
    }
    for (unsigned i = 0; commit && i < t->use_count; i++) {
        if (t->uses[i].changed) {
            apply(t, t->uses[i].path);
            changed(t->uses[i].path);
        }
    }
    return 0;
}

unsigned tree_open(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        count += transactions[i].number != 0;
    }
    return count;
}
