/* The suites of lab 6. */
#include <tests/fakexen/runner/test.h>

#include "suites.h"

CU_SuiteInfo unit_suites[] = {
    {.pName = "grow", .pTests = grow_tests},
    {.pName = "grant", .pTests = grant_tests},
    {.pName = "revoke", .pTests = revoke_tests},
    {.pName = "defer", .pTests = defer_tests},
    {.pName = "put", .pTests = put_tests},
    {.pName = "get", .pTests = get_tests},
    {.pName = "message", .pTests = message_tests},
    {.pName = "answer", .pTests = answer_tests},
    {.pName = "bus_decide", .pTests = bus_decide_tests},
    {.pName = "bus_act", .pTests = bus_act_tests},
    {.pName = "bus_life", .pTests = bus_life_tests},
    CU_SUITE_INFO_NULL,
};
