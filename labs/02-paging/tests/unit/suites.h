/*
 * The tests of lab 2, a table for each exercise.
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo free_tests[];
extern CU_TestInfo alloc_tests[];
extern CU_TestInfo cache_tests[];
extern CU_TestInfo install_tests[];
extern CU_TestInfo map_tests[];
extern CU_TestInfo unmap_tests[];
extern CU_TestInfo protect_tests[];
extern CU_TestInfo rounds_tests[];
