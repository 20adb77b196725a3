/*
 * What the explorer says of a failure.
 */
#pragma once

#include "explore.h"

/** From now on, failures of the test name the seed and the latest places of this run. */
void words_begin(const struct explore_result *run);

/** No longer. */
void words_end(void);

/** Say that there was no end. */
void words_of_loop(struct explore_result *result);
