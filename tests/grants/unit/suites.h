/*
 * The tests of mapping and copying what a second domain has granted.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo map_tests[];
extern CU_TestInfo copy_tests[];
