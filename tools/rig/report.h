/*
 * The report of a crash that Xen dumped, for the person whose kernel it was.
 */
#pragma once

#include "image.h"
#include "outcome.h"
#include "xendump.h"

/** Explain `dump` of `image`: fills the outcome's report, its hole when it stopped at one, its
 * status and its reason. */
void report_dump(struct outcome *o, struct image *image, const struct xendump *dump);

/**
 * Explain what the guest printed before it crashed itself: `guest` is its console's text. Its
 * report begins, by Stardust's convention, at the last line that begins with "*** ". Fills the
 * outcome as report_dump does.
 */
void report_guest(struct outcome *o, struct image *image, const char *guest);

/** Append "FILE:LINE, FUNCTION+0xN", as much of it as is known, for the instruction at `address`.
 */
void report_place(struct text *t, struct image *image, uint64_t address);
