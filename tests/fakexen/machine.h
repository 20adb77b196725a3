/*
 * The machine's memory: frames, each with what Xen keeps about it.
 *
 * The guest sees a frame where its page tables map it: there the frame's page is mapped into this process (tlb.c), so an
 * alias is an alias and read-only is read-only.
 */
#pragma once

#include "fakexen.h"

/** What a frame is used as. A page table's type is its level. */
enum frame_type { TYPE_NONE, TYPE_L1, TYPE_L2, TYPE_L3, TYPE_L4, TYPE_WRITABLE };

struct machine_frame {
    bool ours;           /* the guest's, or Xen's page that it may map */
    bool pinned;         /* declared a table, whether it is hooked in or not; counts as a use */
    uint8_t type;        /* enum frame_type; TYPE_NONE when `uses` is 0 */
    unsigned uses;       /* as `type`: writable mappings, or tables above in which it is hooked */
    unsigned references; /* present last-level entries with it, writable or not */
};

extern struct machine_frame machine_frames[FAKEXEN_FRAMES];

/** Make the memory new: full of zeroes, nothing owned by anybody. */
void machine_start(void);

/** The frame's content, as Xen sees it: always there and writable. */
void *machine_page(mfn_t mfn);

/** See the frame `mfn` at the address `va` of this process from now on, with the access PROT_*. PROT_NONE: see nothing. */
void machine_show(uintptr_t va, mfn_t mfn, int access);

/** Whether there is such a frame and it belongs to the guest. */
static inline bool machine_frame_is_ours(mfn_t mfn)
{
    return mfn < FAKEXEN_FRAMES && machine_frames[mfn].ours;
}
