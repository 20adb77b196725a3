/* Mapping, unmapping and protecting pages: see stardust/pagetable.h. */
#include <stardust/pagetable.h>

#include <stardust/frames.h>
#include <stardust/lab.h>
#include <stardust/memory_lock.h>
#include <stardust/mmu.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#include <xen/errno.h>

#define TABLE_ENTRIES ((size_t)512)

/* The bits of an upper level's entry: what a page allows is decided at the last level alone. */
static uint64_t table_entry(mfn_t mfn)
{
    return mfn << PAGE_SHIFT | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY;
}

static unsigned table_index(uintptr_t va, unsigned level)
{
    return va >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

pfn_t pagetable_lookup(uintptr_t va)
{
    /* A neighbour's last page may go, and a table with it that we are just looking at. */
    critical_t state = memory_lock();
    struct walk walk = memory_walk(va);
    mfn_t mfn = (walk.entries[walk.level] & PTE_FRAME_MASK) >> PAGE_SHIFT;
    bool found = walk.level == 1 && (walk.entries[1] & PTE_PRESENT) && mfn_is_ours(mfn);

    memory_unlock(state);
    return found ? mfn_to_pfn(mfn) : FRAME_NONE;
}

static int commit_one(mfn_t table, unsigned index, uint64_t entry)
{
    struct mmu_batch batch;

    mmu_begin(&batch);
    mmu_write(&batch, table, index, entry);
    mmu_flush_all(&batch);
    return mmu_commit(&batch);
}

/* The access of a page's mapping at its own place. */
static int set_own_access(void *page, enum access access)
{
    struct mmu_batch batch;

    mmu_begin(&batch);
    mmu_set(&batch, (uintptr_t)page,
            pagetable_entry(guest.p2m[virtual_to_pfn(page)], access), UVMF_TLB_FLUSH | UVMF_ALL);
    return mmu_commit(&batch);
}

/* A table in use keeps its type by that: a pin is for tables that are not hooked in anywhere. */
static int hook(mfn_t parent, unsigned index, void *table)
{
    if (set_own_access(table, ACCESS_READ) != 0 ||
        commit_one(parent, index, table_entry(guest.p2m[virtual_to_pfn(table)])) != 0) {
        set_own_access(table, ACCESS_WRITE);
        return -XEN_EINVAL;
    }
    frame_of(virtual_to_pfn(table))->use = FRAME_TABLE;
    return 0;
}

static bool is_empty(mfn_t table)
{
    const uint64_t *entries = pfn_to_virtual(mfn_to_pfn(table));

    for (size_t i = 0; i < 512; i++) {
        if (entries[i] != 0) {
            return false;
        }
    }
    return true;
}

/* From below: the lowest table on the way to `va` that is ours and empty goes, then the next. */
static void drop_tables(uintptr_t va)
{
    struct walk walk = memory_walk(va);
    pfn_t pfn = mfn_to_pfn(walk.tables[walk.level]);

    if (walk.level == 4 || frame_of(pfn)->use != FRAME_TABLE ||
        !is_empty(walk.tables[walk.level])) {
        return;
    }
    commit_one(walk.tables[walk.level + 1], table_index(va, walk.level + 1), 0);
    set_own_access(pfn_to_virtual(pfn), ACCESS_WRITE);
    frame_of(pfn)->use = FRAME_ALLOCATED;
    page_free(pfn_to_virtual(pfn));
    drop_tables(va);
}

/* Tables down to `level`. */
static int need_tables(uintptr_t va, unsigned level)
{
    struct walk walk = memory_walk(va);
    void *table;
    int error;

    if (walk.level <= level) {
        return 0;
    }
    table = page_alloc_zeroed();
    if (table == NULL) {
        drop_tables(va);
        return -XEN_ENOMEM;
    }
    error = hook(walk.tables[walk.level], table_index(va, walk.level), table);
    if (error != 0) {
        page_free(table);
        return error;
    }
    return need_tables(va, level);
}

static int install(uintptr_t va, unsigned level, uint64_t *table)
{
    int error = need_tables(va, level + 1);
    struct walk walk = memory_walk(va);

    if (error != 0) {
        return error;
    }
    if (walk.level <= level) {
        return -XEN_EEXIST;
    }
    error = hook(walk.tables[level + 1], table_index(va, level + 1), table);
    if (error != 0) {
        drop_tables(va);
    }
    return error;
}

int pagetable_install(uintptr_t va, unsigned level, uint64_t *table)
{
    critical_t state = memory_lock();
    int error = install(va, level, table);

    memory_unlock(state);
    return error;
}

static bool is_mapped(const struct walk *walk)
{
    return walk->level == 1 && (walk->entries[1] & PTE_PRESENT);
}

static int map_one(uintptr_t va, pfn_t pfn, enum access access)
{
    int error = need_tables(va, 1);
    struct walk walk = memory_walk(va);

    if (error != 0) {
        return error;
    }
    if (is_mapped(&walk)) {
        return -XEN_EEXIST;
    }
    error = commit_one(walk.tables[1], table_index(va, 1), pagetable_entry(guest.p2m[pfn], access));
    if (error != 0) {
        drop_tables(va);
        return -XEN_EINVAL;
    }
    return 0;
}

int pagetable_map(uintptr_t va, const pfn_t *pfns, size_t count, enum access access)
{
    if (va & (PAGE_SIZE - 1)) {
        return -XEN_EINVAL;
    }
    for (size_t i = 0; i < count; i++) {
        critical_t state = memory_lock();
        int error = map_one(va + i * PAGE_SIZE, pfns[i], access);

        memory_unlock(state);
        if (error != 0) {
            pagetable_unmap(va, i);
            return error;
        }
    }
    return 0;
}

void pagetable_unmap(uintptr_t va, size_t count)
{
    for (uintptr_t here = va; here < va + count * PAGE_SIZE; here += PAGE_SIZE) {
        critical_t state = memory_lock();
        struct walk walk = memory_walk(here);

        if (is_mapped(&walk)) {
            commit_one(walk.tables[1], table_index(here, 1), 0);
            drop_tables(here);
        }
        memory_unlock(state);
    }
}

static int protect_one(uintptr_t va, enum access access)
{
    struct walk walk = memory_walk(va);
    mfn_t mfn = (walk.entries[1] & PTE_FRAME_MASK) >> PAGE_SHIFT;

    if (!is_mapped(&walk)) {
        return -XEN_ENOENT;
    }
    return commit_one(walk.tables[1], table_index(va, 1), pagetable_entry(mfn, access)) == 0
               ? 0
               : -XEN_EINVAL;
}

int pagetable_protect(uintptr_t va, size_t count, enum access access)
{
    critical_t state = memory_lock();
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        error = protect_one(va + i * PAGE_SIZE, access);
    }
    memory_unlock(state);
    return error;
}
