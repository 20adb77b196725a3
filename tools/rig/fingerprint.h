/*
 * A number that stands for many bytes: it tells whether something is still what it was. Not proof
 * against malice.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** The fingerprint of nothing, to begin with. */
#define FINGERPRINT_EMPTY 0xcbf29ce484222325u

/** Mix `length` bytes into `print`. */
uint64_t fingerprint_bytes(uint64_t print, const void *bytes, size_t length);

/** Mix the content of the file `path` into `*print`. Returns 0 or -errno. */
int fingerprint_file(uint64_t *print, const char *path);
