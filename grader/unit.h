/*
 * Running a lab's unit tests, linked with a stranger's files, in the sandbox.
 */
#pragma once

#include "evidence.h"
#include "work.h"

/** Run them. Ends the program when somebody wants us to stop. */
struct evidence unit_run(const struct work *work, uint64_t token, uint64_t seed);
