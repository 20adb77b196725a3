/*
 * The parts of the grant table's tests inside a guest that is the first domain, and grants to itself.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SELF 0 /* the first domain's number */

/** Print a TAP line. */
void check(bool passed, const char *what, uint64_t seen, uint64_t wanted);

/** Many threads that grant, map and revoke on all vCPUs at the same time. */
void test_together(void);
