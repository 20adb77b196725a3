/*
 * Xenstore: the tree of small values that the toolstack, backends and guests share, as seen by this guest.
 *
 * One client serves everybody: any number of threads may have a request under way, each sleeps until its own answer has
 * come. A request that xenstored does not answer within XENSTORE_TIME_LIMIT ends with -XEN_ETIMEDOUT; it may have been
 * carried out all the same. Paths are absolute ("/local/domain/3/name"), or relative to this domain's own folder
 * ("name"). Values are bytes: nothing ends them but their length. What xenstored or another domain sends is checked,
 * and never trusted.
 *
 * Context of all functions: thread, no spinlock held, unless another one is given. They return 0 or a negative XEN_E*
 * number: what xenstored answered (-XEN_ENOENT: no such node, -XEN_EACCES: not ours, ...); -XEN_ENODEV in the first
 * domain, which has no xenstore; -XEN_E2BIG when a request is longer than the protocol allows; -XEN_ETIMEDOUT;
 * -XEN_ENOMEM; -XEN_EIO when xenstored breaks the protocol: then no later request will be answered either.
 *
 * Document: docs/misc/xenstore.txt and xenstore-ring.txt of Xen, and the public header xen/io/xs_wire.h.
 */
#pragma once

#include <stdarg.h>

#include <stardust/list_type.h>
#include <stardust/types.h>

#include <xen/xen.h>

#define XENSTORE_NO_TRANSACTION 0 /* a request on its own */
#define XENSTORE_TIME_LIMIT     (5 * NSEC_PER_SEC)
#define XENSTORE_ATTEMPTS       1000 /* how often a transaction is tried again */

/**
 * Connect to xenstored. Context: boot, threads run. Returns 0 in the first domain too, where all else is -XEN_ENODEV.
 */
int xenstore_init(void);

/**
 * Read the node at `path`. `*value` gets its bytes and a NUL behind them, to be freed by heap_free; `*length` (unless
 * `length` is NULL) how many they are, without that NUL. `*value` is NULL after an error.
 */
int xenstore_read(uint32_t transaction, const char *path, char **value, size_t *length);

/** Read a node that holds a number, decimal or hexadecimal after 0x, and nothing else: -XEN_EINVAL when it does not. */
int xenstore_read_number(uint32_t transaction, const char *path, uint64_t *number);

/** Write the text `value`, without its NUL, to the node at `path`, which is made if need be with all above it. */
int xenstore_write(uint32_t transaction, const char *path, const char *value);

/** Write `length` bytes of any kind. */
int xenstore_write_bytes(uint32_t transaction, const char *path, const void *bytes, size_t length);

/** Write what print() would print; -XEN_E2BIG above 255 characters. */
int xenstore_printf(uint32_t transaction, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Make an empty node, unless there is one. */
int xenstore_mkdir(uint32_t transaction, const char *path);

/** Remove a node and all beneath it. */
int xenstore_remove(uint32_t transaction, const char *path);

/**
 * List the children of `path`: `*count` names in `*names`, each with a NUL; one block, to be freed by one
 * heap_free(*names). It is NULL when there are none, and after an error. -XEN_E2BIG when the names need more than 4,096
 * bytes.
 */
int xenstore_directory(uint32_t transaction, const char *path, char ***names, size_t *count);

/** Who may do what with a node. The first of a list is its owner, with what all others may do. */
struct xenstore_permission {
    domid_t domain;
    char access; /* 'n': nothing, 'r': read, 'w': write, 'b': both */
};

/** Read the permissions of a node: `*count` of them in `*permissions`, to be freed by heap_free. */
int xenstore_permissions(uint32_t transaction, const char *path,
                         struct xenstore_permission **permissions, size_t *count);

/** Set the permissions of a node. */
int xenstore_set_permissions(uint32_t transaction, const char *path,
                             const struct xenstore_permission *permissions, size_t count);

/**
 * Run `body` in a transaction: all that it does with the number that it gets is done at once, or not at all. When
 * somebody else has changed what it used, it is done again, up to XENSTORE_ATTEMPTS times; so it must be able to begin
 * anew. A `body` that returns something else than 0 ends the transaction without effect, and that is returned. It must
 * not wait for another thread. Returns 0; -XEN_EAGAIN when every attempt was in vain.
 */
int xenstore_transaction(int (*body)(uint32_t transaction, void *argument), void *argument);

/**
 * A watch: a function that is called when the node at `path` or one beneath it has changed, and once after it was
 * added.
 *
 * The caller fills the first three fields and keeps the structure until xenstore_watch_remove has returned.
 */
struct xenstore_watch {
    const char *path; /* lives as long as the watch */

    /**
     * Something has changed at `path`, which is valid during the call. Several changes may come as one; if they were at
     * different places, `path` is the watch's own. Look what there is: it may have changed again. Context: the thread
     * "xenstore watch", one watch at a time; it may sleep, use xenstore, and remove this watch, but then not touch
     * it.
     */
    void (*fired)(struct xenstore_watch *watch, const char *path);
    void *context; /* for `fired` */

    /* The fields below belong to xenstore_watch.c, and so does the lock that protects them. */
    uint32_t token;      /* by which xenstored knows it; 0: it is no watch now */
    uint32_t connection; /* the connection to xenstored for which it was registered */
    bool pending;        /* it has fired, and `fired` has not been called for that */
    char *changed;       /* where; NULL: at `path`, or at several places */
    struct list watches; /* in the list of all */
    struct list queue;   /* in the queue of those that are pending */
};

/** Begin to watch. The structure must not be in use as a watch. */
int xenstore_watch_add(struct xenstore_watch *watch);

/** End it. When this returns, `fired` is not running (unless it is the caller), and will not be called. */
void xenstore_watch_remove(struct xenstore_watch *watch);

/**
 * Before the domain is suspended: wait until no request and no transaction is under way; new ones wait. Context:
 * thread.
 */
void xenstore_suspend(void);

/**
 * After it. Unless it was cancelled, the ring is the one that start_info names now, and the thread "xenstore watch"
 * registers all watches again, so that each fires. Does not sleep. Context: thread or boot, `guest` is up to date.
 */
void xenstore_resume(bool cancelled);

/** What has happened so far. */
struct xenstore_statistics {
    uint64_t requests;  /* sent */
    uint64_t late;      /* answers that nobody waited for any more */
    uint64_t conflicts; /* transactions that had to begin anew */
    uint64_t events;    /* watch events that came */
    uint64_t merged;    /* of these, those that became part of one that was pending */
};

/** Read them. Context: any. */
struct xenstore_statistics xenstore_statistics(void);
