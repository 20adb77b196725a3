/*
 * Xenstored, as far as a guest's ring can tell: a tree, permissions, watches, transactions that conflict; answers in any order and
 * in pieces. A seed decides which. And one that is hostile, in each of the ways of enum xenstored_malice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>

#include <xen/io/xs_wire.h>

#define XENSTORED_DOMAIN 5 /* the guest: its folder is /local/domain/5 */

/** What it does wrong, while it is asked to. */
enum xenstored_malice {
    XENSTORED_HONEST,
    XENSTORED_DEAF,        /* reads nothing */
    XENSTORED_SILENT,      /* reads, and keeps its answers back */
    XENSTORED_WRONG_ID,    /* answers requests that nobody has made */
    XENSTORED_WRONG_TYPE,  /* answers with types that nobody has asked for */
    XENSTORED_WRONG_BYTES, /* answers with payloads of random bytes and lengths */
    XENSTORED_TOO_LONG,    /* announces more bytes than are allowed */
    XENSTORED_WRITE_INDEX, /* its index of the answers is anywhere */
    XENSTORED_READ_INDEX,  /* its index of the requests is anywhere */
    XENSTORED_STORM, /* sends watch events without end, of watches and of what is none; answers too */
    XENSTORED_MALICES,
};

/** Begin with an empty tree, and serve `ring`, whose indices are where they are. */
void xenstored_start(struct xenstore_domain_interface *ring, uint64_t seed);

/** Change what it does. What was kept back comes out once it is honest again. */
void xenstored_set_malice(enum xenstored_malice malice);

/**
 * Do a little of what there is to do: read some bytes, answer, write some bytes. Returns whether anything moved; then the guest is
 * due an event.
 */
bool xenstored_step(void);

/** Forget the guest's watches and transactions, as after a restore; it has another ring, perhaps. The tree stays. */
void xenstored_reconnect(struct xenstore_domain_interface *ring);

/** Write a node, as another domain would; `path` is absolute. Watches fire. */
void xenstored_write(const char *path, const char *value);

/** The text of a node; NULL: there is none. */
const char *xenstored_value(const char *path);

/** How many watches the guest has. */
unsigned xenstored_watches(void);

/** How many transactions are open. */
unsigned xenstored_transactions(void);
