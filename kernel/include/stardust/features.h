/*
 * What this Xen and this CPU offer.
 */
#pragma once

#include <stardust/types.h>

/** Ask Xen for its features. Panics when this is no PV guest with page tables of its own. Context: boot. */
void features_init(void);

/** Whether Xen has the feature XENFEAT_* (of xen/features.h). */
bool feature_xen(unsigned feature);

/** Xen's version: major << 16 | minor. */
unsigned feature_xen_version(void);
