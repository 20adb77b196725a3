/*
 * Holding a vCPU back at one place in the code: of what happens in a few instructions that are rarely executed, chance alone
 * would seldom see anything. In every other run, one vCPU waits whenever it comes to one place, until the others have made
 * many steps or can do no more.
 */
#pragma once

#include <stdbool.h>

#include <tests/ktap/random.h>

/** Choose the place and the vCPU of this run, one of `vcpus`; or none. */
void hold_begin(struct random *random, unsigned vcpus);

/** The vCPU that runs is at a point, after `steps` steps of the run: hold it, if this is the place. */
void hold_look(unsigned long steps);

/** Whether `vcpu` is held, after `steps` steps. */
bool hold_is_on(unsigned vcpu, unsigned long steps);

/** Let it go on: nobody else can. Returns whether one was held. */
bool hold_release(void);

/** Steps that the others may have made meanwhile, and that are not held against them. */
unsigned long hold_allowance(void);

/** No more. */
void hold_end(void);
