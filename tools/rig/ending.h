/*
 * How a domain run ended, from what dom0 told and what Xen printed: the outcome, in words.
 *
 * The guest cannot speak on the lines that this rests on: its console is a channel of its own.
 */
#pragma once

#include "dom0.h"
#include "image.h"
#include "outcome.h"
#include "story.h"

/** The guest has died: fill the outcome. */
void ending_of_guest(struct outcome *o, const struct story *s, const struct dom0 *d,
                     struct image *image);

/** xl made no guest: fill the outcome. What the domain builder says is about the kernel, all else is the rig's fault. */
void ending_refused(struct outcome *o, const struct story *s);

/** Xen's lines about the guest go to the outcome's complaints, those of a crash dump excepted. */
void ending_complaints(struct outcome *o, const struct story *s, const struct dom0 *d);
