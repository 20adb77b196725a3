/*
 * What the rules about memory share: pages that they may do with as they like, and the requests, a line each.
 */
#pragma once

#include "rules.h"

#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/pagetable.h>
#include <stardust/start_info.h>

#define UNKNOWN    9999
#define NOT_MAPPED ((void *)8)
#define EVERY_VCPU (UVMF_INVLPG | UVMF_ALL)

/* Pages that the suite may do with as it likes. The last two are places for pages that are not ours. */
enum { ONE, OTHER, TABLE, PLACE };

static inline uintptr_t address(unsigned page)
{
    return (uintptr_t)rules_page(page);
}

static inline mfn_t frame(unsigned page)
{
    return guest.p2m[virtual_to_pfn(rules_page(page))];
}

static inline long set(unsigned page, uint64_t entry)
{
    return hypercall_update_va_mapping(address(page), entry, EVERY_VCPU);
}

static inline void restore(unsigned page)
{
    set(page, pagetable_entry(frame(page), ACCESS_WRITE));
}

static inline long operation(unsigned command, mfn_t mfn)
{
    struct mmuext_op op = {.cmd = command, .arg1.mfn = mfn};
    unsigned done;

    return hypercall_mmuext_op(&op, 1, &done);
}

static inline long pin(unsigned level, mfn_t mfn)
{
    return operation(MMUEXT_PIN_L1_TABLE + level - 1, mfn);
}

static inline long unpin(mfn_t mfn)
{
    return operation(MMUEXT_UNPIN_TABLE, mfn);
}

static inline long write_entry(mfn_t table, unsigned index, uint64_t entry)
{
    struct mmu_update update = {
        .ptr = (table << PAGE_SHIFT) + index * sizeof entry + MMU_NORMAL_PT_UPDATE, .val = entry};
    unsigned done;

    return hypercall_mmu_update(&update, 1, &done);
}

/* Memory that belongs to nobody or to Xen: the first frame after one of ours that is not ours. */
static inline mfn_t foreign(void)
{
    mfn_t mfn = guest.p2m[0];

    while (mfn_is_ours(mfn)) {
        mfn++;
    }
    return mfn;
}

static inline uint64_t *empty_table(unsigned page)
{
    uint64_t *table = rules_page(page);

    for (unsigned i = 0; i < PAGE_SIZE / sizeof table[0]; i++) {
        table[i] = 0;
    }
    return table;
}

/* An empty table, read-only, not yet anything else. */
static inline void make_table(unsigned page)
{
    empty_table(page);
    set(page, pagetable_entry(frame(page), ACCESS_READ));
}

/* The machine frame of the table of `level` by which the suite's page is mapped. */
static inline mfn_t table_above(unsigned page, unsigned level)
{
    return memory_walk(address(page)).tables[level];
}
