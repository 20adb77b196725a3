/*
 * One test in a process of its own, with limits.
 */
#pragma once

#include <CUnit/CUnit.h>

#include "verdict.h"

#define TEST_SECONDS 2 /* processor time: a test that takes longer never returns */
#define WALL_SECONDS                                                                               \
    30 /* real time: only for a test that sleeps, so a busy machine must not reach it */

/** Run the test `test` of `suite` with fakexen catching system calls. Returns its verdict, in words when it failed. */
const struct verdict *isolate_run(CU_pSuite suite, CU_pTest test);

/** Whether this machine lets us catch system calls: NULL, or why not. */
const char *isolate_possible(void);
