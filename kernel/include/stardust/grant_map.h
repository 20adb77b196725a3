/*
 * Using what another domain has granted us: its pages mapped here, or copied by Xen.
 *
 * Whatever is read from there may change while one looks at it: copy, then check, then use. Grants of this domain to itself are
 * like any other's. Document: GNTTABOP_map_grant_ref, _unmap_grant_ref and _copy in the public header xen/grant_table.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

#include <xen/grant_table.h>

struct region;

/** Pages of another domain, mapped one behind the other. */
struct grant_mapping {
    void *address; /* of the first page */
    size_t count;  /* of pages */
    bool read_only;
    struct region *region;
    grant_handle_t handles[]; /* Xen's name for the mapping of each page */
};

/**
 * Map the pages that `domain` has granted as `grants[0]`, `grants[1]`, … one behind the other; all of them or none.
 *
 * Context: thread; sleeps while Xen fetches a page that `domain` has paged out (100 ms for each page at most).
 * Returns 0, and what grant_unmap wants in `*mapping`; -XEN_ENOMEM; -XEN_EAGAIN; what grant_error says when Xen refuses.
 */
int grant_map(domid_t domain, const grant_t *grants, size_t count, bool read_only,
              struct grant_mapping **mapping);

/** Unmap all of it and free `mapping`. Nobody uses the pages any more. Context: thread. */
void grant_unmap(struct grant_mapping *mapping);

/**
 * Have Xen copy `length` bytes from byte `offset` of the page that `domain` has granted, to `to`. They must not lie in more than
 * that one page.
 *
 * Context: thread. Returns 0; -XEN_EINVAL when they do, or `to` is not memory of ours; -XEN_EAGAIN; what grant_error says.
 */
int grant_copy_from(domid_t domain, grant_t grant, size_t offset, void *to, size_t length);

/** The other direction: to the granted page. */
int grant_copy_to(domid_t domain, grant_t grant, size_t offset, const void *from, size_t length);

/** The negative XEN_E* number for GNTST_*: 0 for GNTST_okay. Context: any. */
int grant_error(int16_t status);

/** Handles of pages that are mapped now. Context: any. */
unsigned grants_mapped(void);
