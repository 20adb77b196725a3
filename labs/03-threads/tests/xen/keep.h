/*
 * Registers that are known before a switch and seen after it: see keep.S.
 */
#pragma once

#include <stardust/thread.h>

#include <tests/ktap/threads.h>

/** Load the registers with `before`, call context_switch(from, to), store them in `after` when somebody has switched back. */
void keep_registers(const struct kept *before, struct kept *after, struct thread *from,
                    struct thread *to);

/** Where the first switch to a keeper returns to: it calls keep_begin. */
void keep_enter(void);

/** What a keeper does; which one it is, it knows from who was switched to last. In registers.c. */
_Noreturn void keep_begin(void);
