/*
 * The tests of lab 3, a table for each exercise.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo add_tests[];
extern CU_TestInfo take_tests[];
extern CU_TestInfo switch_tests[];
extern CU_TestInfo begin_tests[];
extern CU_TestInfo create_tests[];
extern CU_TestInfo exit_tests[];
extern CU_TestInfo join_tests[];
extern CU_TestInfo detach_tests[];
extern CU_TestInfo many_tests[];
