/*
 * The grant table and what we keep beside it: what grant.c works on, and grant_table.c puts in place.
 */
#pragma once

#include <stardust/grant.h>
#include <stardust/spinlock.h>

enum grant_use {
    GRANT_FREE,     /* in the list of free references, or reserved */
    GRANT_GIVEN,    /* granted */
    GRANT_DEFERRED, /* granted, and to be revoked: in the list of deferred ones */
};

/** What we know about a reference. The row itself lies in memory that Xen writes to. */
struct grant_record {
    uint32_t next : 30; /* the next reference of the same list; 0: none */
    uint32_t use : 2;   /* enum grant_use */
    uint32_t page;      /* GRANT_GIVEN, GRANT_DEFERRED: the pfn of the page */
};

struct grant_table {
    struct spinlock
        lock; /* protects all fields below, but for the flags of rows in use: Xen changes them, too */
    struct grant_entry_v1 *rows;  /* the table; `frames` pages of it are mapped */
    struct grant_record *records; /* [reference]: as many as rows */
    xen_pfn_t *frame_list;        /* a page, for Xen's answers */
    grant_t first_free;           /* the list of free references; 0: none */
    grant_t
        first_deferred; /* the list of deferred ones, in the order in which they came; 0: none */
    grant_t last_deferred;
    struct grant_statistics statistics; /* `frames` says how many pages of rows there are */
};

extern struct grant_table grant_table;

/**
 * Map the machine frame `mfn`, which is Xen's, as page `number` of the rows, and make records for them, all of them GRANT_FREE
 * and in no list. Context: grant_table.lock. Returns 0; -XEN_ENOMEM.
 */
int grant_table_place(unsigned number, mfn_t mfn);

/**
 * Make the table a page larger: Xen gives the page, and its references are free. Context: grant_table.lock.
 * Returns 0; -XEN_ENOSPC when it is as large as Xen allows; -XEN_ENOMEM when Xen refuses, or grant_table_place does. In grant.c.
 */
int grant_table_grow(void);

/** Have grants_retry called by and by, as long as grants are deferred. Context: thread or upcall; grant_table.lock not held. */
void grant_table_retry_later(void);
