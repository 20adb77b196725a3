/* Xenstore for the build machine: see store.h. */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/heap.h>
#include <stardust/print.h>

#include <xen/errno.h>

#include <CUnit/CUnit.h>

enum { NODES = 512, PATH = 512, VALUE = 5000, WATCHES = 200, NUMBER_LENGTH = 20 };

struct node {
    char path[PATH]; /* empty: there is none */
    char value[VALUE + 1];
    size_t length;
};

static struct node tree[NODES], before[NODES];
static struct xenstore_watch *watches[WATCHES];
static unsigned fail_after, conflicts_left;
static int failure;

void (*store_before_commit)(void), (*store_after_commit)(void);
unsigned store_requests, store_blocks;

void store_begin(void)
{
    memset(tree, 0, sizeof tree);
    memset(watches, 0, sizeof watches);
    fail_after = conflicts_left = store_requests = 0;
    store_before_commit = store_after_commit = NULL;
}

void store_fail(unsigned n, int error)
{
    fail_after = n;
    failure = error;
}

void store_conflict(unsigned conflicts)
{
    conflicts_left = conflicts;
}

static int request(void)
{
    store_requests++;
    return fail_after > 0 && --fail_after == 0 ? failure : 0;
}

static const char *absolute(const char *path)
{
    static char whole[PATH];

    CU_ASSERT_FATAL(snprintf(whole, sizeof whole, "%s%s", path[0] == '/' ? "" : HOME, path) < PATH);
    return whole;
}

static bool is_beneath(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static void touch(const char *path)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        if (watches[i] != NULL && is_beneath(path, absolute(watches[i]->path))) {
            watches[i]->pending = true;
        }
    }
}

static struct node *find(const char *path)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (strcmp(tree[i].path, path) == 0) {
            return &tree[i];
        }
    }
    return NULL;
}

static bool exists(const char *path)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (tree[i].path[0] != '\0' && is_beneath(tree[i].path, path)) {
            return true;
        }
    }
    return false;
}

void store_put_bytes(const char *path, const void *bytes, size_t length)
{
    struct node *node = find(path);

    node = node != NULL ? node : find("");
    CU_ASSERT_FATAL(node != NULL && length <= VALUE);
    snprintf(node->path, sizeof node->path, "%s", path);
    memcpy(node->value, bytes, length);
    node->value[length] = '\0';
    node->length = length;
    touch(path);
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
        if (tree[i].path[0] != '\0' && is_beneath(tree[i].path, path)) {
            touch(tree[i].path);
            tree[i].path[0] = '\0';
        }
    }
}

const char *store_get(const char *path)
{
    const struct node *node = find(path);

    return node != NULL ? node->value : NULL;
}

unsigned store_watches(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < WATCHES; i++) {
        count += watches[i] != NULL;
    }
    return count;
}

unsigned store_fire(void)
{
    unsigned fired = 0;

    for (unsigned i = 0; i < WATCHES; i++) {
        if (watches[i] != NULL && watches[i]->pending) {
            watches[i]->pending = false;
            watches[i]->fired(watches[i], watches[i]->path);
            fired++;
        }
    }
    return fired;
}

void *heap_alloc_zeroed(size_t size)
{
    store_blocks++;
    return calloc(1, size);
}

void heap_free(void *memory)
{
    store_blocks -= memory != NULL;
    free(memory);
}

int xenstore_read(uint32_t transaction, const char *path, char **value, size_t *length)
{
    int error = request();
    const struct node *node = find(absolute(path));

    (void)transaction;
    *value = NULL;
    if (error != 0 || node == NULL) {
        return error != 0 ? error : -XEN_ENOENT;
    }
    *value = heap_alloc_zeroed(node->length + 1);
    memcpy(*value, node->value, node->length);
    if (length != NULL) {
        *length = node->length;
    }
    return 0;
}

int xenstore_read_number(uint32_t transaction, const char *path, uint64_t *number)
{
    int error = request();
    const char *value = store_get(absolute(path));
    size_t digits = value != NULL ? strspn(value, "0123456789") : 0;

    (void)transaction;
    if (error != 0 || value == NULL) {
        return error != 0 ? error : -XEN_ENOENT;
    }
    if (digits == 0 || digits != strlen(value) || digits >= NUMBER_LENGTH) {
        return -XEN_EINVAL;
    }
    *number = strtoull(value, NULL, 10);
    return 0;
}

int xenstore_write(uint32_t transaction, const char *path, const char *value)
{
    int error = request();

    (void)transaction;
    if (error == 0) {
        store_put(absolute(path), "%s", value);
    }
    return error;
}

int xenstore_printf(uint32_t transaction, const char *path, const char *format, ...)
{
    char value[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    return xenstore_write(transaction, path, value);
}

/* The part of `path` that names a child of `folder`; NULL: it is none, or one that was listed with an earlier node. */
static const char *child(unsigned number, const char *folder, char *name, size_t size)
{
    size_t length = strlen(folder);
    const char *path = tree[number].path;

    if (path[0] == '\0' || !is_beneath(path, folder) || path[length] == '\0') {
        return NULL;
    }
    snprintf(name, size, "%.*s", (int)strcspn(path + length + 1, "/"), path + length + 1);
    for (unsigned i = 0; i < number; i++) {
        if (is_beneath(tree[i].path, folder) && tree[i].path[length] == '/' &&
            is_beneath(tree[i].path + length + 1, name)) {
            return NULL;
        }
    }
    return name;
}

int xenstore_directory(uint32_t transaction, const char *path, char ***names, size_t *count)
{
    int error = request();
    char folder[PATH], name[PATH];
    char *text;

    (void)transaction;
    snprintf(folder, sizeof folder, "%s", absolute(path));
    *names = NULL;
    *count = 0;
    if (error != 0 || !exists(folder)) {
        return error != 0 ? error : -XEN_ENOENT;
    }
    *names = heap_alloc_zeroed(NODES * (sizeof(char *) + PATH));
    text = (char *)(*names + NODES);
    for (unsigned i = 0; i < NODES; i++) {
        if (child(i, folder, name, sizeof name) != NULL) {
            (*names)[(*count)++] = strcpy(text, name);
            text += strlen(name) + 1;
        }
    }
    return 0;
}

static int attempt(int (*body)(uint32_t transaction, void *argument), void *argument)
{
    int error;

    memcpy(before, tree, sizeof tree);
    error = body(1, argument);
    if (error == 0 && conflicts_left > 0) {
        conflicts_left--;
        error = -XEN_EAGAIN;
    }
    if (error != 0) {
        memcpy(tree, before, sizeof tree);
    }
    return error;
}

int xenstore_transaction(int (*body)(uint32_t transaction, void *argument), void *argument)
{
    int error = request();

    if (error != 0) {
        return error;
    }
    if (store_before_commit != NULL) {
        store_before_commit();
    }
    do {
        error = attempt(body, argument);
    } while (error == -XEN_EAGAIN);
    if (error == 0 && store_after_commit != NULL) {
        store_after_commit();
    }
    return error;
}

int xenstore_watch_add(struct xenstore_watch *watch)
{
    int error = request();

    for (unsigned i = 0; i < WATCHES && error == 0; i++) {
        if (watches[i] == NULL) {
            watches[i] = watch;
            watch->pending = true;
            return 0;
        }
    }
    return error;
}

void xenstore_watch_remove(struct xenstore_watch *watch)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        watches[i] = watches[i] == watch ? NULL : watches[i];
    }
}
