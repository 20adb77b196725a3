/*
 * A model of run queues and of threads that take turns on one processor, nobody being preempted. See tests/ktap/threads.h.
 */
#pragma once

#include <stdint.h>

/** What comes out of a run queue in the moves that follow from `seed`. */
uint64_t threads_model_moves(uint64_t seed);

/** The order in which threads do their steps, as one number. */
uint64_t threads_model_turns(uint64_t seed);
