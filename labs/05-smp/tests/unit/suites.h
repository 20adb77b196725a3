/*
 * The tests of lab 5, a table for each exercise, and one for locks that several vCPUs want at once.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo try_tests[];
extern CU_TestInfo take_tests[];
extern CU_TestInfo give_tests[];
extern CU_TestInfo together_tests[];
extern CU_TestInfo make_tests[];
extern CU_TestInfo context_tests[];
extern CU_TestInfo start_tests[];
extern CU_TestInfo begin_tests[];
