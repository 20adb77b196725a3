/*
 * Grants: letting another domain use a page of ours.
 *
 * The grant table is shared with Xen. A row of it says: this domain may map or copy this page, reading only or also
 * writing. Its number, the grant reference, is given to the other domain (by xenstore or in a ring), which asks Xen with it.
 * While the page is mapped there, Xen sets bits in the row's flags; the row must stay as it is then, and the page must be
 * used for nothing else: whoever uses it could read or change whatever comes to lie there. Whether it is in use cannot be
 * asked first and decided later; only a compare-and-exchange of the flags revokes a grant.
 *
 * Zero a page before it is granted, unless every byte of it is meant for the other domain: it could read what was there
 * before. grant_page() does both. Whole pages are granted, so what lies beside a buffer in its page is granted with it.
 *
 * Rows of version 1: machine frames below 2^32, 16 TiB. The table grows by a page of GRANTS_PER_FRAME rows when all are in
 * use, up to what Xen allows this domain (`max_grant_frames` of xl.cfg, 64 pages when it is not given; of more than
 * GRANT_FRAMES_MAX the rest is not used). References 0 to 7 are reserved: the toolstack has put the console's and xenstore's
 * pages there. Document: the public header xen/grant_table.h.
 */
#pragma once

#include <stardust/part.h>
#include <stardust/types.h>

#include <xen/xen.h>

#include <xen/grant_table.h>

#define GRANTS_PER_FRAME ((unsigned)(4096 / sizeof(struct grant_entry_v1)))
#define GRANT_FRAMES_MAX 512

/** Ask Xen how large the table may become, and reserve addresses for it. Panics when Xen says nothing.
 * Context: boot, after foreign_init. */
void grants_init(void) OPTIONAL;

/**
 * Let `domain` use the page `pfn`: map it, or have Xen copy from it and, unless `read_only`, to it. The reference comes in
 * `*grant`.
 *
 * Context: thread or upcall. Returns 0; -XEN_ENOSPC when the table is full and as large as Xen allows; -XEN_ENOMEM when there
 * is no memory for a larger table; -XEN_EINVAL when there is no page `pfn`; -XEN_ERANGE when its machine frame is 2^32 or above.
 */
int grant_access(domid_t domain, pfn_t pfn, bool read_only, grant_t *grant);

/**
 * Take the grant back, and free its reference. When it returns 0, the other domain cannot reach the page any more.
 *
 * Context: thread or upcall; nobody else revokes the same grant. Returns 0; -XEN_EBUSY when the page is in use: then it is
 * still granted.
 */
int grant_revoke(grant_t grant);

/**
 * Take the grant back, and free `page`, which is the page granted and came from page_alloc: at once, or, when it is in use, as
 * soon as a later attempt finds that it is not; perhaps never. The caller has nothing to do with either any more.
 * Context: thread or upcall.
 */
void grant_revoke_page(grant_t grant, void *page);

/** Allocate a page of zeroes and let `domain` read and write it. Returns it; NULL when there is no memory, or no grant. */
void *grant_page(domid_t domain, grant_t *grant);

/**
 * Try again to revoke the grants of pages that were in use, `most` of them at most, the one that has waited longest first. A
 * timer calls it as long as there are any. Context: thread or upcall. Returns how many are left.
 */
unsigned grants_retry(unsigned most);

/** How the table is used. */
struct grant_statistics {
    unsigned frames, frames_max; /* pages of the table: now, and at most */
    unsigned given;              /* references in use, those of deferred pages among them */
    unsigned deferred;           /* pages that are to be freed, but were in use so far */
    uint64_t busy;               /* how often somebody was told that a page is in use */
    uint64_t late;               /* pages freed by a later attempt */
};

/** Context: any but one that holds a spinlock. */
struct grant_statistics grants_statistics(void);

/** Print the statistics and the first grants there are. Context: thread. */
void grants_print(void) OPTIONAL;

/** Print a line when there are grants that nobody took back. Context: thread, at the end. */
void grants_report_leaks(void) OPTIONAL;

/** Leave the table, whose frames are Xen's, so that this domain can be saved. Context: thread, all others parked. */
void grants_suspend(void) OPTIONAL;

/**
 * Map the table again. Unless `cancelled` it is a new one, in which nothing is granted; the references stay their owners',
 * who revoke them as always. Context: thread, all others parked. Panics when Xen allows no table of that size any more.
 */
void grants_resume(bool cancelled) OPTIONAL;
