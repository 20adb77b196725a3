/*
 * What a vCPU that the explorer runs begins with.
 */
#pragma once

#include <tests/ktap/random.h>

#include "explore.h"

/** Whether there is anything for the vCPU to run: a test's function, or what VCPUOP_initialise was given. */
bool begin_is_possible(unsigned vcpu, const struct explore_options *options);

/** Fill in `context`, the registers with which it begins. */
void begin_vcpu(unsigned vcpu, const struct explore_options *options, struct random *random,
                greg_t *context);
