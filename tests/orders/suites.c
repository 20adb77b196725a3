/* What the explorer tries with the kernel: see suites.h. */
#include "suites.h"

#include <tests/fakexen/runner/test.h>

CU_SuiteInfo unit_suites[] = {
    {.pName = "spinlock", .pTests = spinlock_tests}, {.pName = "upcall", .pTests = upcall_tests},
    {.pName = "ports", .pTests = port_tests},        {.pName = "timers", .pTests = timer_tests},
    {.pName = "regions", .pTests = region_tests},    CU_SUITE_INFO_NULL,
};
