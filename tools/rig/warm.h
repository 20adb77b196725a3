/*
 * The warm machine: dom0 up and waiting for a job, saved once in the cache, from where every domain
 * run starts within a fraction of a second. Its memory is a file that runs share copy-on-write.
 *
 * It is kept under a fingerprint of all it was made from (hypervisor, dom0's kernel and first file
 * system, QEMU and its arguments): when one of them changes, another one is made. The few used last
 * stay.
 */
#pragma once

#include "events.h"
#include "options.h"

struct warm {
    char *folder;
    int memory; /* descriptor of the machine's memory; -1: not open */
    int state;  /* descriptor of the state of its processors and devices, read from the beginning by
                   one QEMU */
};

/**
 * Open the warm machine for these options, making it first when there is none. Says so on stderr
 * unless --quiet. Begins the events anew, with limits of its own.
 *
 * Returns NULL, or one line that says why there is none; the caller frees it. *status is then the
 * exit status that fits.
 */
char *warm_open(struct warm *w, const struct options *o, struct events *e, int *status);

/** Remove an open warm machine from the cache, because it does not work; then warm_close it. */
void warm_discard(struct warm *w);

/** Close the files. Harmless when nothing is open. */
void warm_close(struct warm *w);
