/*
 * The words of lab.ini: one table says which keys each section has, and of which form their values are.
 */
#pragma once

#include "lab.h"

/** Store `value` in the lab. Returns NULL, or what is wrong with it, which the caller frees. */
char *lab_set(struct lab *lab, const char *section, const char *key, const char *value, int line);

/** Is everything there, and does it fit together? Returns NULL or "LINE: what is wrong", which the caller frees. */
char *lab_validate(const struct lab *lab);
