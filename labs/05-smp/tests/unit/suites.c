/* The suites of lab 5. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "try", .pTests = try_tests},
    {.pName = "take", .pTests = take_tests},
    {.pName = "give", .pTests = give_tests},
    {.pName = "together", .pTests = together_tests},
    {.pName = "make", .pTests = make_tests},
    {.pName = "context", .pTests = context_tests},
    {.pName = "start", .pTests = start_tests},
    {.pName = "begin", .pTests = begin_tests},
    CU_SUITE_INFO_NULL,
};
