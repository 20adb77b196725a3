/* The suites of lab 1, an exercise each. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "hypercall", .pTests = hypercall_tests},
    {.pName = "start_info", .pTests = start_info_tests},
    {.pName = "room", .pTests = room_tests},
    {.pName = "put", .pTests = put_tests},
    {.pName = "drained", .pTests = drained_tests},
    CU_SUITE_INFO_NULL,
};
