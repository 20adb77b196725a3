/*
 * Taking files from a folder that a stranger has filled: regular files only, through no link, of a sensible size.
 */
#pragma once

#include <stddef.h>

#include "text.h"

enum { TAKE_MOST_BYTES = 256 << 10 };

/**
 * Append the file `path`, relative to `folder`, to `bytes`. Returns NULL, or why it is not taken ("is a symbolic link"), a
 * constant text. TAKE_MISSING says that there is no such file.
 */
const char *take_file(const char *folder, const char *path, struct text *bytes);

extern const char TAKE_MISSING[];

/**
 * Which source files (.c .h .S .lds .mk) of `folder` differ from those of the same path in `pristine`, or are not there at
 * all, leaving out the `count` paths in `taken`? One line each is appended to `lines`, at most 20. Returns how many there are.
 */
size_t take_list_ignored(const char *folder, const char *pristine, char *const *taken, size_t count,
                         struct text *lines);
