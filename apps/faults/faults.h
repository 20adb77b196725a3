/*
 * The things that can be done wrong with threads and several vCPUs.
 */
#pragma once

/** Recurse until the stack is full. */
int overflow_stack(int depth);

#ifdef HAVE_SMP
void overflow_in_thread(void);
void fault_among_busy(void);
void panic_on_two(void);
void sleep_with_spinlock(void);
#endif
