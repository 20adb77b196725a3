/*
 * The tests of lab 4, a table for each thing that has to work.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo mask_tests[];
extern CU_TestInfo dispatch_tests[];
extern CU_TestInfo moments_tests[];
extern CU_TestInfo upcall_tests[];
extern CU_TestInfo decide_tests[];
extern CU_TestInfo now_tests[];
extern CU_TestInfo interrupted_tests[];
