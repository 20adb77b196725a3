/*
 * The tests of lab 1, a table for each of the student's files.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo hypercall_tests[];
extern CU_TestInfo start_info_tests[];
extern CU_TestInfo room_tests[];
extern CU_TestInfo put_tests[];
extern CU_TestInfo drained_tests[];
