/* The suites of lab 4. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "mask", .pTests = mask_tests},
    {.pName = "dispatch", .pTests = dispatch_tests},
    {.pName = "moments", .pTests = moments_tests},
    {.pName = "upcall", .pTests = upcall_tests},
    {.pName = "decide", .pTests = decide_tests},
    {.pName = "now", .pTests = now_tests},
    {.pName = "interrupted", .pTests = interrupted_tests},
    CU_SUITE_INFO_NULL,
};
