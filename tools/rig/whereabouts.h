/*
 * Where a guest is that does not end: read from the running machine, for each of its processors.
 */
#pragma once

#include "events.h"
#include "image.h"
#include "qmp.h"
#include "text.h"
#include "xendump.h"

/**
 * Stop the machine and append to `t`, for each processor, where the guest runs on it or called Xen
 * last, with its call chain, and where the processor is in Xen, if it is there. Appends nothing when
 * QEMU does not answer.
 */
void whereabouts_print(struct text *t, struct image *image, struct qmp *q, struct events *e);

/** Append one line on the place in `state` (rip, rsp, rbp and stack words), led by `how`, and one on who called it. */
void whereabouts_print_state(struct text *t, struct image *image, const char *how,
                             const struct xendump *state);
