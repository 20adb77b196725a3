/*
 * Giving memory back to Xen while the kernel runs, and getting it back: for "xl mem-set".
 *
 * A page that is given back is one that was free. It is zeroed, its mapping goes, and so does its entry in the list of
 * machine frames: all that is left is its number, for which Xen can give us another frame. What is in use stays, so that
 * there may be less to give than was asked for; and there is never more memory than the domain was started with.
 * Document: XENMEM_decrease_reservation and XENMEM_populate_physmap in the public header xen/memory.h.
 */
#pragma once

#include <stardust/types.h>

/**
 * Have `target` pages altogether, or as near as we can come. Context: thread, no spinlock held; one at a time.
 * Returns 0; -XEN_ENOMEM when the rest is in use, or Xen has no more.
 */
int balloon_set(size_t target);

/** The pages that this domain has now. Context: any. */
size_t balloon_pages(void);
