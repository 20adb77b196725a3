/* The suites of lab 2, an exercise each. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "free", .pTests = free_tests},
    {.pName = "alloc", .pTests = alloc_tests},
    {.pName = "cache", .pTests = cache_tests},
    {.pName = "install", .pTests = install_tests},
    {.pName = "map", .pTests = map_tests},
    {.pName = "unmap", .pTests = unmap_tests},
    {.pName = "protect", .pTests = protect_tests},
    {.pName = "rounds", .pTests = rounds_tests},
    CU_SUITE_INFO_NULL,
};
