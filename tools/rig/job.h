/*
 * The job that the rig gives to dom0's runner: which guest xl is to create.
 */
#pragma once

#include "options.h"
#include "text.h"

/** Append the lines of the job that the options ask for, as dom0/runner.c describes them. */
void job_write(struct text *job, const struct options *o);
