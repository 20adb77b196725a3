/*
 * Registers that are known before a yield and seen after it: see keep.S.
 */
#pragma once

#include <tests/ktap/threads.h>

/** Load the registers with `before`, call thread_yield(), store them in `after`. */
void keep_registers(const struct kept *before, struct kept *after);
