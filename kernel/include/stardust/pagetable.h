/*
 * Page tables: making addresses mean pages.
 *
 * Four levels, as the processor walks them. A PV guest may read its tables, but not write them: each change is asked of
 * Xen, which checks it. Rules (the public header xen/xen.h, HYPERVISOR_mmu_update and mmuext_op): no page that is a table may
 * have a writable mapping; a table is made read-only, then pinned, then hooked in; it is unhooked, unpinned, then writable
 * again. After an entry was removed or restricted, every vCPU must forget the translation.
 */
#pragma once

#include <stardust/memory.h>
#include <stardust/types.h>

/** What code may do with a page. There is no access that can both write and execute. */
enum access {
    ACCESS_READ,
    ACCESS_WRITE,   /* and read */
    ACCESS_EXECUTE, /* and read */
};

/**
 * Map `count` pages from the address `va` on to the pages `pfns[0]`, `pfns[1]`, … Tables that are missing are made.
 *
 * Context: thread. The addresses must not be mapped.
 * Returns 0; -XEN_EEXIST when one is mapped; -XEN_ENOMEM when there is no page for a table; -XEN_EINVAL when `va` is not
 * at a page's beginning or Xen refuses. On an error nothing of it stays mapped, and no table that was made for it is
 * left.
 */
int pagetable_map(uintptr_t va, const pfn_t *pfns, size_t count, enum access access);

/**
 * Remove the mappings of `count` pages from `va` on; where nothing is mapped, nothing happens. When it returns, no vCPU can
 * reach the pages by these addresses. Tables that became empty are freed.
 *
 * Context: thread.
 */
void pagetable_unmap(uintptr_t va, size_t count);

/**
 * Change the access of `count` mapped pages from `va` on. When it returns, no vCPU has more access than that.
 *
 * Context: thread. Returns 0; -XEN_ENOENT when one of them is not mapped: then those before it were changed;
 * -XEN_EINVAL when Xen refuses.
 */
int pagetable_protect(uintptr_t va, size_t count, enum access access);

/**
 * Make `table`, a page that page_alloc returned and that was filled with entries, the table of `level` (1 to 3) for the
 * addresses around `va`. It becomes read-only. Tables above it that are missing are made.
 *
 * Context: thread. Returns 0; -XEN_EEXIST when there is a table; -XEN_ENOMEM; -XEN_EINVAL when Xen refuses. On an error the
 * page is as it was, and no table that was made for it is left.
 */
int pagetable_install(uintptr_t va, unsigned level, uint64_t *table);

/** The entry that maps the machine frame `mfn` with `access`. */
static inline uint64_t pagetable_entry(mfn_t mfn, enum access access)
{
    return mfn << PAGE_SHIFT | PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_DIRTY |
           (access == ACCESS_WRITE ? PTE_WRITABLE : 0) |
           (access == ACCESS_EXECUTE ? 0 : PTE_NO_EXECUTE);
}

/** The page that `va` is mapped to; FRAME_NONE when it is not mapped, or to a page that is not this guest's. */
pfn_t pagetable_lookup(uintptr_t va);
