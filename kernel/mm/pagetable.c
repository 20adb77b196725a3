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

/* For this many pages at most, forgetting them one by one is quicker than forgetting everything. */
enum { FLUSH_SINGLY = 4 };

/* The bits of an upper level's entry: what a page allows is decided at the last level alone. */
static uint64_t table_entry(mfn_t mfn)
{
    return mfn << PAGE_SHIFT | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY;
}

static unsigned table_index(uintptr_t va, unsigned level)
{
    return va >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* The record of a table that we made; NULL for those of the domain builder, which stay for ever. */
static struct frame *own_table(mfn_t mfn)
{
    pfn_t pfn = mfn_to_pfn(mfn);

    return frame_exists(pfn) && frame_of(pfn)->use == FRAME_TABLE ? frame_of(pfn) : NULL;
}

/* Keep count of the present entries in a table of ours. */
static void count_entries(mfn_t table, int change)
{
    struct frame *frame = own_table(table);

    if (frame != NULL) {
        frame->entries = (uint16_t)(frame->entries + change);
    }
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

#ifdef SOLUTION_PAGING
static uint16_t present_entries(const uint64_t *table)
{
    uint16_t count = 0;

    for (size_t i = 0; i < TABLE_ENTRIES; i++) {
        count += table[i] & PTE_PRESENT;
    }
    return count;
}

/* The order matters: Xen refuses a table that somebody could write. */
static int hook(mfn_t parent, unsigned index, unsigned level, uint64_t *table)
{
    mfn_t mfn = guest.p2m[virtual_to_pfn(table)];
    struct frame *frame = frame_of(virtual_to_pfn(table));
    struct mmu_batch batch;

    mmu_begin(&batch);
    mmu_set(&batch, (uintptr_t)table, pagetable_entry(mfn, ACCESS_READ), UVMF_INVLPG | UVMF_ALL);
    mmu_pin(&batch, level, mfn);
    mmu_write(&batch, parent, index, table_entry(mfn));
    if (mmu_commit(&batch) != 0) {
        mmu_begin(&batch);
        mmu_unpin(&batch, mfn);
        mmu_set(&batch, (uintptr_t)table, pagetable_entry(mfn, ACCESS_WRITE), UVMF_NONE);
        mmu_commit(&batch);
        return -XEN_EINVAL;
    }
    frame->use = FRAME_TABLE;
    frame->entries = present_entries(table);
    count_entries(parent, 1);
    return 0;
}

/* Take the table out of the one above, then undo what hook did, in the opposite order. */
static void unhook(mfn_t parent, unsigned index, mfn_t mfn)
{
    void *table = pfn_to_virtual(mfn_to_pfn(mfn));
    struct mmu_batch batch;
    int error;

    mmu_begin(&batch);
    mmu_write(&batch, parent, index, 0);
    mmu_flush_all(&batch);
    mmu_unpin(&batch, mfn);
    mmu_set(&batch, (uintptr_t)table, pagetable_entry(mfn, ACCESS_WRITE), UVMF_NONE);
    error = mmu_commit(&batch);
    assert_that(error == 0, "pagetable: table %p could not be taken out: error %d", table, error);
    count_entries(parent, -1);
    frame_of(mfn_to_pfn(mfn))->use = FRAME_ALLOCATED;
    page_free(table);
}

/* Free the tables on the way to `va` that have no entries left, from the last level up. */
static void drop_empty_tables(uintptr_t va)
{
    struct walk walk = memory_walk(va);

    for (unsigned level = walk.level; level < 4; level++) {
        const struct frame *frame = own_table(walk.tables[level]);

        if (frame == NULL || frame->entries > 0) {
            return;
        }
        unhook(walk.tables[level + 1], table_index(va, level + 1), walk.tables[level]);
    }
}

/* Make the table that is missing where the walk ended. */
static int make_table(uintptr_t va, const struct walk *walk)
{
    uint64_t *table = page_alloc_zeroed();
    int error;

    if (table == NULL) {
        return -XEN_ENOMEM;
    }
    error = hook(walk->tables[walk->level], table_index(va, walk->level), walk->level - 1, table);
    if (error != 0) {
        page_free(table);
    }
    return error;
}

/* Make the walk for `va` reach down to `level`. */
static int make_tables(uintptr_t va, unsigned level, struct walk *walk)
{
    int error = 0;

    for (*walk = memory_walk(va); walk->level > level && error == 0; *walk = memory_walk(va)) {
        error = make_table(va, walk);
    }
    if (error != 0) {
        drop_empty_tables(va);
    }
    return error;
}

static int install(uintptr_t va, unsigned level, uint64_t *table)
{
    struct walk walk;
    int error = make_tables(va, level + 1, &walk);

    if (error != 0) {
        return error;
    }
    if (walk.level <= level) {
        return -XEN_EEXIST;
    }
    error = hook(walk.tables[level + 1], table_index(va, level + 1), level, table);
    if (error != 0) {
        drop_empty_tables(va);
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
#else
int pagetable_install(uintptr_t va, unsigned level, uint64_t *table)
{
    LAB_TODO(paging, "2.4",
             "make the page read-only, pin it as a table, hook it into the table above");
}
#endif

/* How many pages from `va` on, `count` at most, are mapped by the same last-level table. */
static size_t same_table(uintptr_t va, size_t count)
{
    size_t left = TABLE_ENTRIES - table_index(va, 1);

    return left < count ? left : count;
}

#ifdef SOLUTION_PAGING
static bool all_empty(const uint64_t *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i] & PTE_PRESENT) {
            return false;
        }
    }
    return true;
}

static int set_entries(uintptr_t va, const pfn_t *pfns, size_t count, enum access access)
{
    struct mmu_batch batch;

    mmu_begin(&batch);
    for (size_t i = 0; i < count; i++) {
        mmu_set(&batch, va + i * PAGE_SIZE, pagetable_entry(guest.p2m[pfns[i]], access), UVMF_NONE);
    }
    return mmu_commit(&batch) == 0 ? 0 : -XEN_EINVAL;
}

/* Take back what set_entries did before Xen refused one of them. */
static void clear_entries(uintptr_t va, size_t count)
{
    struct mmu_batch batch;

    mmu_begin(&batch);
    for (size_t i = 0; i < count; i++) {
        mmu_set(&batch, va + i * PAGE_SIZE, 0, UVMF_INVLPG | UVMF_ALL);
    }
    mmu_commit(&batch);
}

/* Map pages that share a last-level table: all of them or none. */
static int map_in_table(uintptr_t va, const pfn_t *pfns, size_t count, enum access access)
{
    struct walk walk;
    const uint64_t *entries;
    int error = make_tables(va, 1, &walk);

    if (error != 0) {
        return error;
    }
    entries = (const uint64_t *)pfn_to_virtual(mfn_to_pfn(walk.tables[1])) + table_index(va, 1);
    if (!all_empty(entries, count)) {
        return -XEN_EEXIST;
    }
    error = set_entries(va, pfns, count, access);
    if (error == 0) {
        count_entries(walk.tables[1], (int)count);
    } else {
        clear_entries(va, count);
        drop_empty_tables(va);
    }
    return error;
}

/* A table at a time, so that upcalls need not wait for all of them. */
int pagetable_map(uintptr_t va, const pfn_t *pfns, size_t count, enum access access)
{
    size_t done = 0;

    if (va % PAGE_SIZE != 0) {
        return -XEN_EINVAL;
    }
    while (done < count) {
        uintptr_t here = va + done * PAGE_SIZE;
        size_t pages = same_table(here, count - done);
        critical_t state = memory_lock();
        int error = map_in_table(here, pfns + done, pages, access);

        memory_unlock(state);
        if (error != 0) {
            pagetable_unmap(va, done);
            return error;
        }
        done += pages;
    }
    return 0;
}
#else
int pagetable_map(uintptr_t va, const pfn_t *pfns, size_t count, enum access access)
{
    LAB_TODO(paging, "2.5",
             "make the tables that are missing, then set the entries, all of them or none");
}
#endif

#ifdef SOLUTION_PAGING
/* Remove mappings that share a last-level table. */
static void unmap_in_table(uintptr_t va, size_t count)
{
    struct walk walk = memory_walk(va);
    const uint64_t *entries;
    unsigned long flush = count <= FLUSH_SINGLY ? UVMF_INVLPG | UVMF_ALL : UVMF_NONE;
    struct mmu_batch batch;
    int removed = 0;

    if (walk.level > 1) {
        return;
    }
    entries = (const uint64_t *)pfn_to_virtual(mfn_to_pfn(walk.tables[1])) + table_index(va, 1);
    mmu_begin(&batch);
    for (size_t i = 0; i < count; i++) {
        if (entries[i] & PTE_PRESENT) {
            mmu_set(&batch, va + i * PAGE_SIZE, 0, flush);
            removed++;
        }
    }
    if (flush == UVMF_NONE) {
        mmu_flush_all(&batch);
    }
    assert_that(mmu_commit(&batch) == 0, "pagetable: Xen refused to unmap 0x%lx", va);
    count_entries(walk.tables[1], -removed);
    drop_empty_tables(va);
}

void pagetable_unmap(uintptr_t va, size_t count)
{
    for (size_t done = 0; done < count;) {
        uintptr_t here = va + done * PAGE_SIZE;
        size_t pages = same_table(here, count - done);
        critical_t state = memory_lock();

        unmap_in_table(here, pages);
        memory_unlock(state);
        done += pages;
    }
}
#else
void pagetable_unmap(uintptr_t va, size_t count)
{
    LAB_TODO(paging, "2.6",
             "remove the entries, make every vCPU forget them, free tables that are empty");
}
#endif

#ifdef SOLUTION_PAGING
int pagetable_protect(uintptr_t va, size_t count, enum access access)
{
    critical_t state = memory_lock();
    struct mmu_batch batch;
    int error = 0;

    mmu_begin(&batch);
    for (size_t i = 0; i < count && error == 0; i++) {
        struct walk walk = memory_walk(va + i * PAGE_SIZE);
        mfn_t mfn = (walk.entries[walk.level] & PTE_FRAME_MASK) >> PAGE_SHIFT;

        if (walk.level > 1 || !(walk.entries[1] & PTE_PRESENT)) {
            error = -XEN_ENOENT;
        } else {
            mmu_set(&batch, va + i * PAGE_SIZE, pagetable_entry(mfn, access),
                    count <= FLUSH_SINGLY ? UVMF_INVLPG | UVMF_ALL : UVMF_NONE);
        }
    }
    if (count > FLUSH_SINGLY) {
        mmu_flush_all(&batch);
    }
    error = mmu_commit(&batch) != 0 ? -XEN_EINVAL : error;
    memory_unlock(state);
    return error;
}
#else
int pagetable_protect(uintptr_t va, size_t count, enum access access)
{
    LAB_TODO(paging, "2.7",
             "change the access of each page, and make every vCPU forget the old one");
}
#endif
