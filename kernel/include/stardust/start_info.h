/*
 * What Xen tells a guest at its start, read once and kept in a form the rest of the kernel can use.
 *
 * Document: struct start_info and "Start-of-day memory layout" in the public header xen/xen.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

struct guest {
    bool first_domain;     /* we are Xen's first domain: no console ring, no xenstore */
    uint64_t pages;        /* memory of this domain, in pages of 4 KiB */
    uint64_t shared_info;  /* machine address of the page shared with Xen */
    mfn_t console_mfn;     /* machine frame of the console ring; 0 in the first domain */
    evtchn_t console_port; /* its event channel; 0 in the first domain */
    mfn_t store_mfn;       /* machine frame of the xenstore ring; 0 in the first domain */
    evtchn_t store_port;   /* its event channel; 0 in the first domain */
    const uint64_t *p2m;   /* machine frame of each of our pages, by pfn; `pages` entries */
    uint64_t *page_table;  /* the top-level page table in use */
    uint64_t table_pages;  /* pages the bootstrap page tables take, from `page_table` on */
    char command_line[MAX_GUEST_CMDLINE]; /* always ends with a NUL */
};

/** This guest. Written by start_info_read alone; read-only afterwards. */
extern struct guest guest;

/**
 * Fill `g` from the page that Xen passes in %rsi.
 *
 * The command line is cut off after MAX_GUEST_CMDLINE - 1 characters when Xen's has no NUL before.
 * Context: boot.
 * Returns 0; -XEN_EINVAL when the magic string does not begin with "xen-": then `g` is not changed.
 */
int start_info_read(struct guest *g, const struct start_info *info);
