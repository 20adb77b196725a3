/* The suite of the explorer: see explorer.c. */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo explorer_tests[];

/** What entries.S calls. */
void concurrent_handle(void);
