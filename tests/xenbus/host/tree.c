/* A tree of nodes in memory: see tree.h. */
#include "tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "store.h"

static struct node tree[NODES], kept[NODES];

void tree_clear(void)
{
    memset(tree, 0, sizeof tree);
}

void tree_keep(void)
{
    memcpy(kept, tree, sizeof tree);
}

void tree_restore(void)
{
    memcpy(tree, kept, sizeof tree);
}

bool tree_beneath(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

struct node *tree_find(const char *path)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (strcmp(tree[i].path, path) == 0) {
            return &tree[i];
        }
    }
    return NULL;
}

bool tree_exists(const char *path)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (tree[i].path[0] != '\0' && tree_beneath(tree[i].path, path)) {
            return true;
        }
    }
    return false;
}

void store_put_bytes(const char *path, const void *bytes, size_t length)
{
    struct node *node = tree_find(path);

    node = node != NULL ? node : tree_find("");
    CU_ASSERT_FATAL(node != NULL && length <= VALUE);
    snprintf(node->path, sizeof node->path, "%s", path);
    memcpy(node->value, bytes, length);
    node->value[length] = '\0';
    node->length = length;
    store_touch(path);
}

void store_put(const char *path, const char *format, ...)
{
    char value[VALUE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    store_put_bytes(path, value, strlen(value));
}

void store_take(const char *path)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (tree[i].path[0] != '\0' && tree_beneath(tree[i].path, path)) {
            store_touch(tree[i].path);
            tree[i].path[0] = '\0';
        }
    }
}

const char *store_get(const char *path)
{
    const struct node *node = tree_find(path);

    return node != NULL ? node->value : NULL;
}

/* The part of `path` that names a child of `folder`; NULL: it is none, or one that was listed with an earlier node. */
const char *tree_child(unsigned number, const char *folder, char *name, size_t size)
{
    size_t length = strlen(folder);
    const char *path = tree[number].path;

    if (path[0] == '\0' || !tree_beneath(path, folder) || path[length] == '\0') {
        return NULL;
    }
    snprintf(name, size, "%.*s", (int)strcspn(path + length + 1, "/"), path + length + 1);
    for (unsigned i = 0; i < number; i++) {
        if (tree_beneath(tree[i].path, folder) && tree[i].path[length] == '/' &&
            tree_beneath(tree[i].path + length + 1, name)) {
            return NULL;
        }
    }
    return name;
}
