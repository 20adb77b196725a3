/*
 * A kernel with threads on one vCPU, as it is when threads_init has returned: the test is the thread "main".
 */
#pragma once

#include <stardust/schedule.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#include <xen/errno.h>

#include "stacks.h"

/** Begin. "main" has the lowest priority. */
void threads_start(void);

/** Create a thread with a priority of the usual one plus `priority`; the rest as usual. The test fails when it cannot be had. */
struct thread *threads_make(const char *name, int priority, void *(*entry)(void *), void *argument);

/** Likewise a thread that is detached. */
void threads_make_detached(const char *name, void *(*entry)(void *), void *argument);

/** What a thread does in the end while threads cannot end. */
_Noreturn void threads_wait_for_ever(void);

/** Let all others run until they wait or have ended. */
void threads_run(void);

/**
 * Check that the calling thread is as it was before a call of `where`: upcalls masked, no section of preempt.h open, no
 * stack's end passed.
 */
void threads_check(const void *where);

/** threads_check(), and that no more than `left` threads are not freed. */
void threads_check_left(unsigned left, const char *usually, const void *where);

/** Call `function` with `argument`, and fail with `usually` when the kernel finds that everybody waits for ever. */
void threads_no_deadlock(void (*function)(void *), void *argument, const char *usually,
                         const void *where);

/** What threads do, in their order: a letter each. Ends with a NUL. */
extern char threads_log[1024];

/** Add a letter. */
void threads_note(char letter);

/** Check the order. */
void threads_check_log(const char *expected, const char *rule, const char *usually,
                       const void *where);
