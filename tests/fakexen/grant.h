/*
 * Grants: the guest's table, the mappings of it, and the second domain, which maps what it is granted and grants pages itself.
 *
 * The second domain does what a test says: it may map a page and keep it, release it, or ask for what was never granted. Each
 * function that stands for one of its hypercalls returns the status GNTST_* that Xen would give it.
 */
#pragma once

#include "fakexen.h"

#include <xen/grant_table.h>

#define FAKEXEN_GUEST 5 /* the guest's number, unless it is the first domain */
#define FAKEXEN_PEER  9 /* the second domain's */
#define FAKEXEN_GRANT_FRAMES                                                                       \
    64 /* the most that a table may have: Xen's default; see fakexen_grant_limit */
#define FAKEXEN_PEER_GRANTS 16

/** Nothing is granted, and the table has no pages yet. fakexen_start calls it. */
void grant_start(void);

/** Let the guest's table have `frames` pages at most, FAKEXEN_GRANT_FRAMES or fewer. */
void fakexen_grant_limit(unsigned frames);

/** Answer the next `count` attempts to map with GNTST_eagain. */
void fakexen_grant_delay(unsigned count);

/** How many pages the guest's table has. */
unsigned fakexen_grant_frames(void);

/** The row `ref` of the guest's table, as Xen sees it; NULL when the table is not that large. */
struct grant_entry_v1 *fakexen_grant_row(grant_ref_t ref);

/** How often the page granted as `ref` is mapped now, by anybody. */
unsigned fakexen_grant_uses(grant_ref_t ref);

/** How often the frame `mfn`, the guest's, is mapped now by way of a grant. */
unsigned fakexen_grant_uses_of_frame(mfn_t mfn);

/**
 * Fail this test if a row whose page is in use is not as it was when it was mapped: the guest has changed it, which no row in
 * use may be. `where`: the function under test.
 */
void fakexen_grant_check(const void *where);

/** The second domain maps the guest's grant. Returns its status. */
int16_t peer_map(grant_ref_t ref, bool write, grant_handle_t *handle);

/** It unmaps it. */
int16_t peer_unmap(grant_handle_t handle);

/** What it sees there: PAGE_SIZE bytes. */
void *peer_page(grant_handle_t handle);

/** It grants one of its pages to the guest. Returns the reference; its page is peer_own(ref). */
grant_ref_t peer_grant(bool read_only);

/** A page that it has granted. */
void *peer_own(grant_ref_t ref);

/** It takes the grant back. Returns whether it could: nobody has it mapped. */
bool peer_revoke(grant_ref_t ref);
