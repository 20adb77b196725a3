/* The suite of vCPUs, events, upcalls and time: see vcpus.c. */
#pragma once

#include <CUnit/CUnit.h>

extern CU_TestInfo vcpus_tests[];
