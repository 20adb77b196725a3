/* update_va_mapping: which machine frame is seen at an address. What may be asked is modelled, not the tables. */
#include "operations.h"

#include "guest.h"

#include <stardust/memory.h>

#include <xen/errno.h>

static bool frame_is_ours(mfn_t mfn)
{
    return mfn < FAKEXEN_FRAMES && fakexen_m2p[mfn] < fakexen.options.pages &&
           fakexen.p2m[fakexen_m2p[mfn]] == mfn;
}

/* An address whose last-level table exists: the domain builder made tables for the domain's memory only. */
static bool has_table(uint64_t va)
{
    return va >= KERNEL_BASE && va < KERNEL_BASE + (uint64_t)fakexen.options.pages * PAGE_SIZE;
}

long fakexen_update_va_mapping(const uint64_t arguments[5])
{
    uint64_t entry = arguments[1];
    mfn_t mfn = (entry & PTE_FRAME_MASK) >> PAGE_SHIFT;

    if (!has_table(arguments[0])) {
        return -XEN_EINVAL;
    }
    if ((entry & PTE_PRESENT) != 0 && !frame_is_ours(mfn) && mfn != fakexen.shared_info_frame) {
        return -XEN_EPERM;
    }
    return 0;
}
