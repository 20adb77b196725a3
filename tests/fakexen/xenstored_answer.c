/* What the fake xenstored answers: see xenstored_answer.h. */
#include <errno.h> /* first: xs_wire.h lists the errors' names for who has their numbers */

#include "xenstored_answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored.h"
#include "xenstored_tree.h"

#define HOME "/local/domain/5/"

enum { WATCHES = 16, TOKEN = 32 };

static struct watch {
    char path[TREE_PATH]; /* absolute; "": the place is free */
    bool relative;
    char token[TOKEN];
} watches[WATCHES];

void answer_forget_guest(void)
{
    memset(watches, 0, sizeof watches);
    tree_forget();
}

void answer_start(void)
{
    tree_start();
    answer_forget_guest();
}

unsigned xenstored_transactions(void)
{
    return tree_open();
}

unsigned xenstored_watches(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < WATCHES; i++) {
        count += watches[i].path[0] != '\0';
    }
    return count;
}

static bool absolute(char *path, const char *given)
{
    const char *home = given[0] == '/' ? "" : HOME;
    size_t length = strlen(home), rest = strlen(given);

    if (length + rest >= TREE_PATH) {
        return false;
    }
    memcpy(path, home, length);
    memcpy(path + length, given, rest + 1);
    return true;
}

static void reply(const struct xenstored_message *request, uint32_t type, const void *bytes,
                  size_t length)
{
    struct xenstored_message m = {.header = request->header};

    m.header.type = type;
    m.header.len = (uint32_t)length;
    memcpy(m.payload, bytes, length);
    xenstored_queue(&m);
}

static void reply_error(const struct xenstored_message *request, int error)
{
    for (size_t i = 0; i < sizeof xsd_errors / sizeof xsd_errors[0]; i++) {
        if (xsd_errors[i].errnum == error) {
            reply(request, XS_ERROR, xsd_errors[i].errstring, strlen(xsd_errors[i].errstring) + 1);
        }
    }
}

static void reply_result(const struct xenstored_message *request, int error)
{
    if (error != 0) {
        reply_error(request, error);
    } else {
        reply(request, request->header.type, "OK", 3);
    }
}

static void send_event(const struct watch *w, const char *path)
{
    struct xenstored_message m = {.header = {.type = XS_WATCH_EVENT}};
    size_t length;

    path += w->relative ? strlen(HOME) : 0;
    length = strlen(path) + 1;
    memcpy(m.payload, path, length);
    memcpy(m.payload + length, w->token, strlen(w->token) + 1);
    m.header.len = (uint32_t)(length + strlen(w->token) + 1);
    xenstored_queue(&m);
}

static void fire(const char *path)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        if (watches[i].path[0] != '\0' && tree_beneath(path, watches[i].path)) {
            send_event(&watches[i], path);
        }
    }
}

/* Outside of transactions at once; else when they end. */
static void changed(uint32_t transaction, const char *path)
{
    if (transaction == 0) {
        fire(path);
    }
}

static int put(uint32_t transaction, const char *path, const char *value, size_t length)
{
    struct tree_node *node = tree_make(transaction, path);

    if (node == NULL) {
        return ENOSPC;
    }
    memcpy(node->value, value, length);
    node->value[length] = '\0';
    node->length = length;
    changed(transaction, path);
    return 0;
}

void xenstored_write(const char *path, const char *value)
{
    put(0, path, value, strlen(value));
}

const char *xenstored_value(const char *path)
{
    struct tree_node *node = tree_find(0, path);

    return node != NULL ? node->value : NULL;
}

static void list(const struct xenstored_message *request, const char *path)
{
    const struct tree *tree = tree_for(request->header.tx_id);
    char names[XENSTORE_PAYLOAD_MAX];
    size_t length = 0, top = strlen(path);

    for (unsigned i = 0; i < TREE_NODES; i++) {
        const char *name = tree->nodes[i].path;

        if (tree_beneath(name, path) && name[top] == '/' && strchr(name + top + 1, '/') == NULL) {
            strcpy(names + length, name + top + 1);
            length += strlen(name + top + 1) + 1;
        }
    }
    reply(request, XS_DIRECTORY, names, length);
}

static void with_node(const struct xenstored_message *request, const char *path)
{
    struct tree_node *node = tree_find(request->header.tx_id, path);

    if (node == NULL) {
        reply_error(request, ENOENT);
    } else if (request->header.type == XS_READ) {
        reply(request, XS_READ, node->value, node->length);
    } else {
        reply(request, XS_GET_PERMS, node->permissions, node->permissions_length);
    }
}

static int set_permissions(uint32_t transaction, const char *path, const char *permissions,
                           size_t length)
{
    struct tree_node *node = tree_find(transaction, path);

    if (node == NULL || length > sizeof node->permissions) {
        return node == NULL ? ENOENT : ENOSPC;
    }
    memcpy(node->permissions, permissions, length);
    node->permissions_length = length;
    return 0;
}

static struct watch *find_watch(const char *path, const char *token)
{
    for (unsigned i = 0; i < WATCHES; i++) {
        if (strcmp(watches[i].path, path) == 0 && strcmp(watches[i].token, token) == 0) {
            return &watches[i];
        }
    }
    return NULL;
}

/* The answer comes before the first event. */
static void add_watch(const struct xenstored_message *request, const char *path, const char *token)
{
    struct watch *w = find_watch("", "");

    if (find_watch(path, token) != NULL || w == NULL) {
        reply_error(request, w == NULL ? E2BIG : EEXIST);
        return;
    }
    snprintf(w->path, sizeof w->path, "%s", path);
    snprintf(w->token, sizeof w->token, "%s", token);
    w->relative = request->payload[0] != '/';
    reply_result(request, 0);
    send_event(w, path);
}

static int remove_watch(const char *path, const char *token)
{
    struct watch *w = find_watch(path, token);

    if (w == NULL) {
        return ENOENT;
    }
    memset(w, 0, sizeof *w);
    return 0;
}

static int remove_nodes(uint32_t transaction, const char *path)
{
    if (!tree_remove(transaction, path)) {
        return ENOENT;
    }
    changed(transaction, path);
    return 0;
}

static void begin(const struct xenstored_message *request)
{
    uint32_t number = tree_begin();
    char answer_text[12];

    if (number == 0) {
        reply_error(request, ENOSPC);
        return;
    }
    reply(request, XS_TRANSACTION_START, answer_text,
          (size_t)snprintf(answer_text, sizeof answer_text, "%u", number) + 1);
}

/* Those with a path; `rest` of `length` bytes follows it. */
static void answer_about(const struct xenstored_message *request, const char *path,
                         const char *rest, size_t length)
{
    uint32_t transaction = request->header.tx_id;

    switch (request->header.type) {
    case XS_READ:
    case XS_GET_PERMS:
        with_node(request, path);
        break;
    case XS_DIRECTORY:
        list(request, path);
        break;
    case XS_WRITE:
        reply_result(request, put(transaction, path, rest, length));
        break;
    case XS_MKDIR:
        reply_result(request,
                     tree_find(transaction, path) != NULL ? 0 : put(transaction, path, "", 0));
        break;
    case XS_RM:
        reply_result(request, remove_nodes(transaction, path));
        break;
    case XS_SET_PERMS:
        reply_result(request, set_permissions(transaction, path, rest, length));
        break;
    case XS_WATCH:
        add_watch(request, path, rest);
        break;
    case XS_UNWATCH:
        reply_result(request, remove_watch(path, rest));
        break;
    default:
        reply_error(request, ENOSYS);
    }
}

void answer(const struct xenstored_message *request)
{
    size_t first = strlen(request->payload) + 1;
    char path[TREE_PATH];

    if (!absolute(path, request->payload)) {
        reply_error(request, EINVAL);
    } else if (tree_for(request->header.tx_id) == NULL) {
        reply_error(request, ENOENT);
    } else if (request->header.type == XS_TRANSACTION_START) {
        begin(request);
    } else if (request->header.type == XS_TRANSACTION_END) {
        reply_result(request, tree_end(request->header.tx_id, request->payload[0] == 'T', fire));
    } else if (first > request->header.len) {
        reply_error(request, EINVAL);
    } else {
        answer_about(request, path, request->payload + first, request->header.len - first);
    }
}
