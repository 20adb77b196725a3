/*
 * The table kernel/sources.mk, whose rows "KERNEL_3 := file file …" give every source file of the kernel its level: the
 * number of the lab from which on it is part of the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/** Does `table` put the file `path` on a level above `level`? */
bool level_is_above(const struct text *table, const char *path, int level);

/**
 * The name of `level`, from the row "LEVEL_NAMES := boot paging …" (one line), as it begins at the returned place; its length
 * goes to `length`. NULL: `table` names no such level.
 */
const char *level_name(const struct text *table, int level, size_t *length);

/** Append `table` without its rows above `level` to `out`. */
void level_cut(const struct text *table, int level, struct text *out);
