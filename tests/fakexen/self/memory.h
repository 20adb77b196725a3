/*
 * The tests of the model's memory.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo memory_tests[];
