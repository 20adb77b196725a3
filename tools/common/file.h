/*
 * Files and folders, whole: read one, write one so that nobody ever sees half of it, make a path, lock a place.
 */
#pragma once

#include <stddef.h>

#include "text.h"

/** Append the whole of `path` to `t`. Returns 0, or -errno; more than `limit` bytes: -EFBIG. */
int file_read(const char *path, size_t limit, struct text *t);

/** Write a file under another name beside `path`, then rename it to `path`. Returns 0 or -errno. */
int file_write(const char *path, const void *bytes, size_t length);

/** mkdir -p. Returns 0 or -errno. */
int directory_make(const char *path);

/** Remove a file, or a folder and all below it, following no link. Returns 0 (also when absent) or -errno. */
int path_remove(const char *path);

/**
 * Take the exclusive lock of the file `path`, made when absent. When another process holds it, say "waiting for `what`"
 * once and wait. Returns a descriptor whose close gives the lock back, or -errno.
 */
int file_lock(const char *path, const char *what);
