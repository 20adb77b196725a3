/*
 * Going through code under test instruction by instruction, so that something can happen between any two of them.
 */
#pragma once

#include <signal.h>
#include <stdint.h>

#include <sys/ucontext.h>

/** Called before an instruction of the code under test, with the number of those before. It may change `registers`. */
typedef void step_observer(unsigned long step, greg_t *registers);

/** Call `function(argument)` so. Returns how many instructions of the code under test it took. */
unsigned long step_through(void (*function)(void *argument), void *argument,
                           step_observer *observer);

/** The same before each instruction of any code. */
unsigned long step_through_all(void (*function)(void *argument), void *argument,
                               step_observer *observer);

/** Call `function(argument)`; fail when it changes what Xen and vCPUs share by an instruction that is not atomic. */
void step_check_atomic(void (*function)(void *argument), void *argument);
