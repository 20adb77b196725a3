/*
 * The memory of threads in tests, in place of kernel/sched/stack.c: nothing is ever given out twice. Who uses memory that was
 * given back, or runs over the end of a stack, or gives back a stack that is in use, fails the test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** From now on such accesses are seen. Context: the start of a test. */
void stacks_start(void);

/** How many are given out now. */
unsigned stacks_used(void);

/** Let stack_alloc find no memory, or find it again. */
void stacks_refuse(bool refuse);

/** Check that nothing was written behind the end of a stack that is given out. `where`: what was called last. */
void stacks_check(const void *where);
