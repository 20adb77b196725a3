/*
 * Upcalls leave the registers and the mask as they were: checked when the code that one interrupted goes on.
 */
#pragma once

#include "explore.h"

/** Forget all. */
void returns_forget(void);

/** An upcall has just been entered on the vCPU that runs; its frame is on the stack. */
void returns_expect(const struct explore_options *options, const greg_t *interrupted);

/** Whether some have not come back yet. */
bool returns_awaited(void);

/** The code at `place` goes on with `registers`. Returns false, with words in `result`, when an upcall has changed them. */
bool returns_check(const greg_t *registers, uintptr_t place, struct explore_result *result);
