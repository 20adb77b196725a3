/*
 * Making the warm machine: boots Xen and dom0 once and saves the machine as it stands; see warm.h.
 */
#pragma once

#include "events.h"
#include "options.h"

/**
 * Make the folder `folder` with the files "memory" and "state" in it, whole or not at all, and
 * remove what older runs left beside it. The caller holds the lock of the cache.
 *
 * Returns NULL, or one line that says what went wrong; the caller frees it. *status is then the
 * exit status that fits.
 */
char *warm_make(const char *folder, const struct options *o, struct events *e, int *status);
