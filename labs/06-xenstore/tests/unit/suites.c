/* The suites of lab 6. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "grow", .pTests = grow_tests},
    {.pName = "grant", .pTests = grant_tests},
    {.pName = "revoke", .pTests = revoke_tests},
    {.pName = "defer", .pTests = defer_tests},
    CU_SUITE_INFO_NULL,
};
