/*
 * The job that the rig sends on the control port; runner.c lists its lines.
 */
#pragma once

#include <stdbool.h>

/** xl's configuration of the guest. */
#define JOB_CONFIGURATION "/run/guest.cfg"

/** The script to be run beside the guest. */
#define JOB_SCRIPT "/run/script"

/** Wait for the job, write its files, bring up its disks. Returns whether there is a script. */
bool job_take(void);
