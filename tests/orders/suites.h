/* The suites of the program build/tests/orders/orders. */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo spinlock_tests[], upcall_tests[], port_tests[], timer_tests[], region_tests[];
