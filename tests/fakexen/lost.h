/*
 * A lost wake-up: all vCPUs wait, and nothing will ever end that.
 */
#pragma once

#include <stddef.h>

/** Say in `text` what each vCPU waits for. */
void lost_describe(char *text, size_t size);

/** Fail this test with that. */
_Noreturn void lost_fail(void);
