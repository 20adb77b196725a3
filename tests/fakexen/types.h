/*
 * What frames are used as, counted as Xen counts it: a frame is a table of one level, or has writable mappings, or neither;
 * never two of these at once.
 */
#pragma once

#include "machine.h"

/** Use the frame, which is the guest's, as `type` once more. A table's entries are checked then. Returns 0 or an error. */
long type_get(mfn_t mfn, enum frame_type type);

/** Use it once less. */
void type_put(mfn_t mfn);

/** Use what `entry`, in a table of `level`, leads to. Returns 0 or an error. */
long entry_get(unsigned level, uint64_t entry);

/** The same for a last-level entry whose page is granted, and may be another domain's. */
long entry_get_granted(uint64_t entry);

/** Take that back. */
void entry_put(unsigned level, uint64_t entry);

/** The frame as far as it has a type: its level if it is a table, else 0. */
static inline unsigned type_level(mfn_t mfn)
{
    return machine_frames[mfn].type <= TYPE_L4 ? machine_frames[mfn].type : 0;
}
