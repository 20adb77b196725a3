/* Xenstore for the build machine: see store.h. */
#include "store.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/heap.h>
#include <stardust/print.h>

#include <xen/errno.h>

#include <CUnit/CUnit.h>

enum { WATCHES = 200, NUMBER_LENGTH = 20 };

static struct xenstore_watch *watches[WATCHES];
static unsigned fail_after, conflicts_left;
static int failure;

void (*store_before_commit)(void), (*store_after_commit)(void);
unsigned store_requests;

void store_begin(void)
{
    tree_clear();
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

void store_touch(const char *path)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        if (watches[i] != NULL && tree_beneath(path, absolute(watches[i]->path))) {
            watches[i]->pending = true;
        }
    }
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

int xenstore_read(uint32_t transaction, const char *path, char **value, size_t *length)
{
    int error = request();
    const struct node *node = tree_find(absolute(path));

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

int xenstore_directory(uint32_t transaction, const char *path, char ***names, size_t *count)
{
    int error = request();
    char folder[PATH], name[PATH];
    char *text;

    (void)transaction;
    snprintf(folder, sizeof folder, "%s", absolute(path));
    *names = NULL;
    *count = 0;
    if (error != 0 || !tree_exists(folder)) {
        return error != 0 ? error : -XEN_ENOENT;
    }
    *names = heap_alloc_zeroed(NODES * (sizeof(char *) + PATH));
    text = (char *)(*names + NODES);
    for (unsigned i = 0; i < NODES; i++) {
        if (tree_child(i, folder, name, sizeof name) != NULL) {
            (*names)[(*count)++] = strcpy(text, name);
            text += strlen(name) + 1;
        }
    }
    return 0;
}

static int attempt(int (*body)(uint32_t transaction, void *argument), void *argument)
{
    int error;

    tree_keep();
    error = body(1, argument);
    if (error == 0 && conflicts_left > 0) {
        conflicts_left--;
        error = -XEN_EAGAIN;
    }
    if (error != 0) {
        tree_restore();
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
