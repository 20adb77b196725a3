/*
 * Broken rules of memory, in words.
 *
 * What Xen refuses is refused by the model too, and the first such request since complaint_forget is kept with the rule that
 * it broke. So is what Xen lets pass although it is wrong in every guest: `refused` tells the two apart.
 */
#pragma once

#include "machine.h"
#include "runner/verdict.h"

/** What the guest has just asked for. */
struct request {
    enum { REQUEST_SET, REQUEST_WRITE, REQUEST_PIN, REQUEST_UNPIN } kind;
    uint64_t va;    /* SET: update_va_mapping */
    mfn_t frame;    /* WRITE: the table (mmu_update); PIN, UNPIN */
    unsigned level; /* PIN; WRITE: of the table, 0 when it is none */
    size_t index;   /* WRITE */
    uint64_t entry; /* SET, WRITE */
};

/** The request under way. Whoever handles one says so here first. */
extern struct request complaint_request;

struct complaint {
    bool made;    /* there is one */
    bool refused; /* Xen refuses the request too */
    struct verdict words;
};

/** The first one since complaint_forget. */
extern struct complaint complaint;

/** Begin anew. */
void complaint_forget(void);

/** Fail this test with the complaint's words, if there is one. */
void complaint_check(void);

/** A table was wanted of `level` in the frame, or a writable mapping of it (TYPE_WRITABLE); it is something else. */
void complain_type(mfn_t mfn, enum frame_type wanted);

/** The entry `entry` of a table of `level` has a frame that is not the guest's. */
void complain_foreign(unsigned level, uint64_t entry);

/** The entry would map 2 MiB or more at once. */
void complain_large(unsigned level, uint64_t entry);

/** The entry is not present, but has a frame. */
void complain_leftover(uint64_t entry);

/** The entry maps a page that can be written and executed. */
void complain_write_execute(uint64_t entry);

/** There is no last-level table for the address, or it is Xen's. */
void complain_no_table(void);

/** The frame written to is no table; `ours`: but memory of the guest. */
void complain_not_a_table(bool ours);

/** The frame to be pinned or unpinned is not the guest's. */
void complain_pin_foreign(void);

/** It is pinned already, or was not pinned. */
void complain_pinned(bool already);
