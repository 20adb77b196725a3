/*
 * What a crash means, in words.
 */
#pragma once

#include "image.h"
#include "text.h"
#include "xendump.h"

/** A few words for the headline, such as "stack overflow" or "write to 0x1234, where nothing is
 * mapped". */
void fault_headline(struct text *t, const struct image *image, const struct xendump *dump);

/** Why nobody in the guest could handle it, as a sentence without full stop; nothing when Xen does
 * not say. */
void fault_unhandled(struct text *t, const struct xendump *dump);

/** The page-table walk, when the dump has one. */
void fault_walk(struct text *t, const struct xendump *dump);

/** The guard page that the crash touched, and in `*address` where it did; NULL when it touched
 * none. */
const struct image_symbol *fault_guard(const struct image *image, const struct xendump *dump,
                                       uint64_t *address);

/** Whether it is the stack of a thread that has overflowed: it lies over a page without a name, among the regions of layout.h. */
bool fault_under_thread(const struct xendump *dump);

/** The fault's name, "page fault (#PF)"; "" when Xen names no exception. */
const char *fault_name(const struct xendump *dump);
