/* The suites of what the grant table's other files do with a second domain. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "grant_map", .pTests = map_tests},
    {.pName = "grant_copy", .pTests = copy_tests},
    CU_SUITE_INFO_NULL,
};
