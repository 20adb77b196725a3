/*
 * Which vCPU goes on.
 */
#pragma once

#include <stdbool.h>

#include <tests/ktap/random.h>

/** One of those that can run, but rather not `slow` nor one that has yielded. Returns FAKEXEN_VCPUS when none can. */
unsigned choose_vcpu(bool (*can_run)(unsigned vcpu), struct random *random, unsigned slow);
