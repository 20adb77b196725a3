/*
 * The runner's report: see tests/ktap/ktap.h.
 */
#pragma once

#include <stdint.h>

#include "../runner/verdict.h"

/** Begin a report of `count` tests. */
void report_begin(unsigned count, uint64_t token);

/** Report the verdict on the test `name`. */
void report_test(const char *name, const struct verdict *v);

/** Say that no more can be tested. */
void report_bail_out(const char *why);
