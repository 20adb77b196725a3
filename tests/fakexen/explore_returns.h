/*
 * Upcalls leave the registers and the mask as they were: checked when the code that one interrupted goes on.
 */
#pragma once

#include "explore.h"

/** Forget all. `entry`, the entry of upcalls, need not be gone back to; NULL: there is no such function. */
void returns_begin(void (*entry)(void));

/** An upcall has just been entered on the vCPU that runs, whose registers were `interrupted`. */
void returns_expect(const greg_t *interrupted);

/** Whether some have not come back yet. */
bool returns_awaited(void);

/** The code at `place` goes on with `registers`. Returns false, with words in `result`, when an upcall has changed them. */
bool returns_check(const greg_t *registers, uintptr_t place, struct explore_result *result);
