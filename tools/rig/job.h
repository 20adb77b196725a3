/*
 * The job that the rig gives to dom0's runner: which guest xl is to create.
 */
#pragma once

#include "options.h"
#include "text.h"

/** Append the lines of the job that the options ask for, as dom0/runner.c describes them; `script` may be NULL. */
void job_write(struct text *job, const struct options *o, const struct text *script);

/** Append the file `path` to `script`. Returns NULL, or why it cannot be part of a job; the caller frees that. */
char *job_read_script(const char *path, struct text *script);
