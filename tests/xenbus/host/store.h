/*
 * Xenstore for the build machine: a tree in memory behind the functions of stardust/xenstore.h, with one thread of control.
 * Watches fire when the test says so.
 */
#pragma once

#include <stdarg.h>

#include <stardust/xenstore.h>

#define HOME "/local/domain/7/" /* of this guest */

/** An empty tree without watches. */
void store_begin(void);

/** What the toolstack or a backend writes: text, at an absolute path. */
void store_put(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Write bytes of any kind. */
void store_put_bytes(const char *path, const void *bytes, size_t length);

/** Remove a node and all beneath it. */
void store_take(const char *path);

/** The value at an absolute path; NULL: there is no such node. Valid until the next change. */
const char *store_get(const char *path);

/** Call the functions of all watches that have fired. Returns how many. */
unsigned store_fire(void);

/** Let the n-th request from now on fail with `error`, once; 0: none. A request is any of the functions. */
void store_fail(unsigned n, int error);

/** Let the next `conflicts` transactions begin anew. */
void store_conflict(unsigned conflicts);

/** Called within each transaction that ends well, just before it takes effect, and just after. May be NULL. */
extern void (*store_before_commit)(void), (*store_after_commit)(void);

/** Requests so far. */
extern unsigned store_requests;

/** Watches that were not removed. */
unsigned store_watches(void);

/** Blocks of memory that were allocated here or by heap_alloc_zeroed, and not freed. */
extern unsigned store_blocks;
