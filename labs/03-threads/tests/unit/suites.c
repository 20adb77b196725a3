/* The suites of lab 3, an exercise each. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "add", .pTests = add_tests},       {.pName = "take", .pTests = take_tests},
    {.pName = "switch", .pTests = switch_tests}, {.pName = "begin", .pTests = begin_tests},
    {.pName = "create", .pTests = create_tests}, {.pName = "exit", .pTests = exit_tests},
    {.pName = "join", .pTests = join_tests},     {.pName = "detach", .pTests = detach_tests},
    {.pName = "many", .pTests = many_tests},     CU_SUITE_INFO_NULL,
};
