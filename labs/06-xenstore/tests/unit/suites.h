/*
 * The tests of lab 6: grow, grant, revoke and defer are of the grant table (exercises 6.1 to 6.3).
 */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo grow_tests[];
extern CU_TestInfo grant_tests[];
extern CU_TestInfo revoke_tests[];
extern CU_TestInfo defer_tests[];
extern CU_TestInfo bus_decide_tests[];
extern CU_TestInfo bus_act_tests[];
extern CU_TestInfo bus_life_tests[];
