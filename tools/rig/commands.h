/*
 * The rig's commands: one function for each row of the table in main.c. Each returns the exit
 * status.
 */
#pragma once

#include "options.h"

/** Boot the kernel as Xen's first domain. */
int direct_command(const struct options *o);

/** Boot the kernel as a guest beside dom0. */
int domain_command(const struct options *o);

/** Make the warm machine that domain runs start from, if there is none. */
int warm_command(const struct options *o);

/** Explain the crash that a log holds. */
int decode_command(const struct options *o);

/** Start an empty machine and end it: does QEMU work here? */
int trial_command(const struct options *o);
