/* The domain builder's page tables: see boot_tables.h. */
#include "boot_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/memory.h>

#include "complaint.h"
#include "tables.h"
#include "tlb.h"
#include "types.h"

#define LAST_TABLES 2 /* of the last level: each maps 2 MiB */

_Static_assert(TOP_LEVEL - 1 + LAST_TABLES == FAKEXEN_TABLE_PAGES, "a page for each table");

/* The top-level table is the first page, as Xen has it. */
static pfn_t page_of(unsigned level, unsigned number)
{
    return FAKEXEN_PAGE_TABLES + TOP_LEVEL - level + number;
}

static void put_entry(pfn_t table, size_t index, pfn_t page, bool writable)
{
    uint64_t *entries = machine_page(fakexen_frame_of(table));

    entries[index] = fakexen_frame_of(page) << PAGE_SHIFT | PTE_PRESENT | PTE_USER | PTE_ACCESSED |
                     PTE_DIRTY | (writable ? PTE_WRITABLE : 0);
}

static bool is_table(pfn_t pfn)
{
    return pfn - FAKEXEN_PAGE_TABLES < FAKEXEN_TABLE_PAGES;
}

static void fill_tables(void)
{
    size_t pages = LAST_TABLES * ENTRIES_PER_TABLE;

    for (unsigned level = TOP_LEVEL; level > 2; level--) {
        put_entry(page_of(level, 0), table_index(KERNEL_BASE, level), page_of(level - 1, 0), true);
    }
    for (unsigned i = 0; i < LAST_TABLES; i++) {
        put_entry(page_of(2, 0), table_index(KERNEL_BASE, 2) + i, page_of(1, i), true);
    }
    for (pfn_t pfn = 0; pfn < pages && pfn < fakexen.options.pages; pfn++) {
        put_entry(page_of(1, (unsigned)(pfn / ENTRIES_PER_TABLE)), pfn % ENTRIES_PER_TABLE, pfn,
                  !is_table(pfn));
    }
}

static void see(uint64_t va, uint64_t entry, void *data)
{
    (void)data;
    tlb_changed(va, 0, entry);
}

void boot_tables_make(void)
{
    mfn_t top = fakexen_frame_of(FAKEXEN_PAGE_TABLES);

    for (unsigned i = 0; i < FAKEXEN_TABLE_PAGES; i++) {
        memset(machine_page(fakexen_frame_of(FAKEXEN_PAGE_TABLES + i)), 0, PAGE_SIZE);
    }
    fill_tables();
    if (type_get(top, TOP_LEVEL) != 0) {
        fprintf(stderr, "fakexen: the domain builder's tables break a rule: %s\n",
                complaint.words.did);
        abort();
    }
    machine_frames[top].pinned = true;
    table_use(top);
    tlb_start();
    table_each_leaf(top, TOP_LEVEL, 0, RIGHTS_ALL, see, NULL);
    complaint_forget();
}
