/*
 * Memory as the domain builder left it: what is mapped where, machine frames, and the little allocator for boot time.
 */
#pragma once

#include <stardust/layout.h>
#include <stardust/types.h>

#include <xen/xen.h>

/* Bits of a page-table entry. Document: Intel SDM volume 3, 4.5.4. */
#define PTE_PRESENT    ((uint64_t)1 << 0)
#define PTE_WRITABLE   ((uint64_t)1 << 1)
#define PTE_USER       ((uint64_t)1 << 2)
#define PTE_ACCESSED   ((uint64_t)1 << 5)
#define PTE_DIRTY      ((uint64_t)1 << 6)
#define PTE_NO_EXECUTE ((uint64_t)1 << 63)
#define PTE_FRAME_MASK ((uint64_t)0x000ffffffffff000)

/** Where the page `pfn` is mapped, if the domain builder mapped it. */
static inline void *pfn_to_virtual(pfn_t pfn)
{
    return (void *)(uintptr_t)(KERNEL_BASE + (pfn << PAGE_SHIFT));
}

/** The page that `address`, inside the memory that the domain builder mapped, lies in. */
static inline pfn_t virtual_to_pfn(const void *address)
{
    return ((uintptr_t)address - KERNEL_BASE) >> PAGE_SHIFT;
}

/** Our number for the machine frame `mfn`. Meaningless when the frame is not ours: see mfn_is_ours. */
static inline pfn_t mfn_to_pfn(mfn_t mfn)
{
    return machine_to_phys_mapping[mfn];
}

/** Whether the machine frame `mfn` belongs to this guest. Context: after start_info_read. */
bool mfn_is_ours(mfn_t mfn);

/** A page-table entry and how deep the walk came. */
struct walk {
    unsigned level;      /* 4 to 1: the table that `entry` is in; the walk ends there */
    uint64_t entries[5]; /* [level]: the entry read at that level; those below the last are 0 */
    mfn_t tables[5];     /* [level]: the machine frame of the table it was read from */
    bool lost;           /* the walk came to a table that is not mapped and ended early */
};

/** Walk the page tables for `address`. Context: any, after start_info_read. */
struct walk memory_walk(uint64_t address);

/* The error code of a page fault. Document: Intel SDM volume 3, 4.7. */
#define FAULT_PRESENT  ((uint64_t)1 << 0) /* there is a page, and what failed is the access to it */
#define FAULT_WRITE    ((uint64_t)1 << 1)
#define FAULT_RESERVED ((uint64_t)1 << 3) /* an entry has a bit set that means nothing */
#define FAULT_FETCH    ((uint64_t)1 << 4) /* of an instruction */

/**
 * Whether the access that failed with `error` is allowed by the entries of `walk`: then the processor still had an older
 * translation, which a page fault makes it forget, and trying again succeeds.
 */
static inline bool walk_allows(const struct walk *walk, uint64_t error)
{
    uint64_t all = ~(uint64_t)0;
    uint64_t any = 0;
    uint64_t wanted = PTE_PRESENT | PTE_USER | (error & FAULT_WRITE ? PTE_WRITABLE : 0);

    for (unsigned level = 1; level <= 4; level++) {
        all &= walk->entries[level];
        any |= walk->entries[level];
    }
    return (all & wanted) == wanted && (error & FAULT_RESERVED) == 0 &&
           ((error & FAULT_FETCH) == 0 || (any & PTE_NO_EXECUTE) == 0);
}

/**
 * The first address after the memory that is mapped at pfn_to_virtual(pfn) from pfn 0 on: at first what the domain builder
 * mapped. Context: after start_info_read.
 */
uint64_t memory_mapped_end(void);

/** Say that it is mapped up to `end` now. */
void memory_mapped_extend(uint64_t end);

/**
 * Give the image its access rights: text r-x, read-only data r--, everything else rw- or r-- and never executable, guard
 * pages none. Panics when Xen refuses. Context: boot.
 */
void memory_protect_image(void);

/** Make boot memory of the mapped pages that nothing uses. Context: boot. */
void boot_memory_init(void);

/**
 * Move the end of the part of boot memory in use by `increment` bytes (negative: give back).
 *
 * Context: thread. Returns the end before; NULL when there is not enough.
 */
void *boot_memory_extend(ptrdiff_t increment);

/** End boot memory: from now on there is none left. Returns the first page that it has not handed out. Context: boot. */
pfn_t boot_memory_close(void);

/** Bytes of boot memory that are not in use. */
size_t boot_memory_free(void);
