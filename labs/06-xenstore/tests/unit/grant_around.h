/*
 * The kernel around grant.c: a fake domain beside a second one, and stand-ins for grant_table.c and the pages.
 */
#pragma once

#include <kernel/xen/grant_table.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/grant.h>
#include <tests/fakexen/runner/test.h>

#include <xen/errno.h>

#define VCPUS  4
#define HEADER "(stardust/grant.h)"

/* grant.c as it is built for the kernel, for the explorer. */
int as_built_grant_access(domid_t domain, pfn_t pfn, bool read_only, grant_t *grant);
int as_built_grant_revoke(grant_t grant);
void as_built_grant_revoke_page(grant_t grant, void *page);
unsigned as_built_grants_retry(unsigned most);

/** A domain with an empty table, which may have `frames` pages. */
void grant_around_start(unsigned frames);

/** The same, as good as new: for many runs in one test. */
void grant_around_again(void);

/** What the stand-ins were asked for. */
struct grant_around {
    unsigned placed;  /* pages of the table */
    bool no_memory;   /* grant_table_place finds none */
    unsigned freed;   /* calls of page_free */
    const void *last; /* the page freed last */
    unsigned retries; /* calls of grant_table_retry_later */
};

extern struct grant_around grant_around;

/** Make the table a page larger. Returns what grant_table_grow does. */
int grant_around_grow(void);

/** A page of the guest; `i` below 64. */
pfn_t grant_around_page(unsigned i);

/** Grant page `i` to the second domain. Fails the test unless it works. */
grant_t grant_around_give(unsigned i);

/** Check that the books are right: as many references given and deferred, each in one place alone, rows as they must be. */
void grant_around_check(unsigned given, unsigned deferred, const void *where);

/** "flags 0x1, domain 9, frame 0x1234" */
const char *grant_around_row(grant_t grant);
