/*
 * The list of this guest's machine frames, published for the toolstack: saving, migrating and dumping a guest begin there.
 *
 * Document: struct arch_shared_info in the public header xen/arch-x86/xen.h.
 */
#pragma once

#include <stardust/types.h>

#define MFN_NONE (~(mfn_t)0) /* the entry of a page that has no machine frame now */

/**
 * Publish the list, in both forms that toolstacks know; once more after the domain has moved to other frames. Panics when
 * there is no memory for it, which the first time alone needs. Context: boot, and suspend.c.
 */
void p2m_publish(void);

/** Change the machine frame of the page `pfn`. Context: memory_lock held, nothing leads to the page. */
void p2m_set(pfn_t pfn, mfn_t mfn);
