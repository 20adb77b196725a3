/* Walking the page tables that the domain builder made: see stardust/memory.h. */
#include <stardust/memory.h>

#include <stardust/start_info.h>

bool mfn_is_ours(mfn_t mfn)
{
    pfn_t pfn = mfn_to_pfn(mfn);

    return pfn < guest.pages && guest.p2m[pfn] == mfn;
}

static uint64_t extended_end; /* 0 until memory_mapped_extend */

uint64_t memory_mapped_end(void)
{
    uint64_t tables_end = (uintptr_t)guest.page_table + guest.table_pages * PAGE_SIZE;
    uint64_t four_mib = (uint64_t)4 << 20;

    if (extended_end != 0) {
        return extended_end;
    }
    /* xen.h: at least 512 KiB after the boot stack's page, which follows the tables; then up to a multiple of 4 MiB. */
    return (tables_end + PAGE_SIZE + ((uint64_t)512 << 10) + four_mib - 1) & ~(four_mib - 1);
}

void memory_mapped_extend(uint64_t end)
{
    extended_end = end;
}

/* The table in the machine frame `mfn`; NULL when we have no mapping of it. */
static const uint64_t *table_at(mfn_t mfn)
{
    pfn_t pfn;

    if (!mfn_is_ours(mfn)) {
        return NULL;
    }
    pfn = mfn_to_pfn(mfn);
    if ((uintptr_t)pfn_to_virtual(pfn) >= memory_mapped_end()) {
        return NULL;
    }
    return pfn_to_virtual(pfn);
}

struct walk memory_walk(uint64_t address)
{
    struct walk walk = {.level = 5};
    mfn_t table = guest.p2m[virtual_to_pfn(guest.page_table)];

    do {
        const uint64_t *entries = table_at(table);

        if (entries == NULL) {
            walk.lost = true;
            return walk;
        }
        walk.level--;
        walk.tables[walk.level] = table;
        walk.entries[walk.level] = entries[address >> (PAGE_SHIFT + 9 * (walk.level - 1)) & 511];
        table = (walk.entries[walk.level] & PTE_FRAME_MASK) >> PAGE_SHIFT;
    } while (walk.level > 1 && (walk.entries[walk.level] & PTE_PRESENT));
    return walk;
}
