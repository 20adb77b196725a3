/* Reading the guest's page tables: see tables.h. */
#include "tables.h"

#include <stardust/memory.h>

static mfn_t top;

void table_use(mfn_t mfn)
{
    top = mfn;
}

uint64_t table_entry(mfn_t table, size_t index)
{
    return ((const uint64_t *)machine_page(table))[index];
}

mfn_t entry_frame(uint64_t entry)
{
    return (entry & PTE_FRAME_MASK) >> PAGE_SHIFT;
}

static unsigned shift_of(unsigned level)
{
    return PAGE_SHIFT + 9 * (level - 1);
}

size_t table_index(uint64_t va, unsigned level)
{
    return va >> shift_of(level) & (ENTRIES_PER_TABLE - 1);
}

uint64_t table_rights(uint64_t above, uint64_t entry)
{
    uint64_t both = above & entry & RIGHTS_ALL;

    return (both & PTE_PRESENT) != 0 ? both | ((above | entry) & PTE_NO_EXECUTE) : 0;
}

struct table_walk table_walk(uint64_t va)
{
    struct table_walk walk = {.level = TOP_LEVEL, .rights = RIGHTS_ALL};
    mfn_t table = top;

    for (;; walk.level--) {
        uint64_t entry = table_entry(table, table_index(va, walk.level));

        walk.tables[walk.level] = table;
        walk.entries[walk.level] = entry;
        walk.rights = table_rights(walk.rights, entry);
        if (walk.level == 1 || walk.rights == 0) {
            return walk;
        }
        table = entry_frame(entry);
    }
}

/* An address whose bit 47 is set goes on with ones. */
static uint64_t canonical(uint64_t va)
{
    return (uint64_t)((int64_t)(va << 16) >> 16);
}

void table_each_leaf(mfn_t table, unsigned level, uint64_t va, uint64_t rights,
                     table_leaf_visitor *visit, void *data)
{
    for (size_t i = 0; i < ENTRIES_PER_TABLE; i++) {
        uint64_t entry = table_entry(table, i);
        uint64_t here = canonical(va + ((uint64_t)i << shift_of(level)));
        uint64_t left = table_rights(rights, entry);

        if (left != 0 && level == 1) {
            visit(here, (entry & PTE_FRAME_MASK) | left, data);
        } else if (left != 0) {
            table_each_leaf(entry_frame(entry), level - 1, here, left, visit, data);
        }
    }
}

struct search {
    mfn_t table;
    unsigned level;
    table_place_visitor *visit;
    void *data;
};

static void search_below(const struct search *search, mfn_t table, unsigned level, uint64_t va,
                         uint64_t rights)
{
    if (level == search->level) {
        if (table == search->table) {
            search->visit(va, rights, search->data);
        }
        return;
    }
    for (size_t i = 0; i < ENTRIES_PER_TABLE; i++) {
        uint64_t entry = table_entry(table, i);
        uint64_t left = table_rights(rights, entry);

        if (left != 0) {
            search_below(search, entry_frame(entry), level - 1,
                         canonical(va + ((uint64_t)i << shift_of(level))), left);
        }
    }
}

void table_each_place(mfn_t table, unsigned level, table_place_visitor *visit, void *data)
{
    struct search search = {.table = table, .level = level, .visit = visit, .data = data};

    search_below(&search, top, TOP_LEVEL, 0, RIGHTS_ALL);
}

struct find {
    mfn_t mfn;
    uint64_t rights;
    uint64_t *va;
    bool found;
};

static void find_visit(uint64_t va, uint64_t entry, void *data)
{
    struct find *find = data;

    if (!find->found && entry_frame(entry) == find->mfn && (entry & find->rights) == find->rights) {
        *find->va = va;
        find->found = true;
    }
}

bool table_find_mapping(mfn_t mfn, uint64_t rights, uint64_t *va)
{
    struct find find = {.mfn = mfn, .rights = rights, .va = va};

    table_each_leaf(top, TOP_LEVEL, 0, RIGHTS_ALL, find_visit, &find);
    return find.found;
}
