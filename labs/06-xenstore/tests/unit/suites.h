/*
 * The tests of lab 6: grow, grant, revoke and defer are of the grant table (exercises 6.1 to 6.3), put, get, message
 * and answer of the xenstore ring (6.4 to 6.6).
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
extern CU_TestInfo put_tests[];
extern CU_TestInfo get_tests[];
extern CU_TestInfo message_tests[];
extern CU_TestInfo answer_tests[];

/* Parts of put_tests and get_tests, in wire_order.c. */
void wire_order_put(void);
void wire_order_put_look(void);
void wire_order_get(void);
void wire_order_get_look(void);
