/*
 * The guest's page tables, as they lie in the machine's memory, seen from the top-level table in use.
 */
#pragma once

#include "machine.h"

#define ENTRIES_PER_TABLE ((size_t)512)
#define TOP_LEVEL         4
#define SLOT_OF_XEN       256 /* the first of the top-level entries that are Xen's own */
#define SLOTS_OF_XEN      16

/** Entry number `index` of the table in the frame `table`. */
uint64_t table_entry(mfn_t table, size_t index);

/** The frame in an entry. */
mfn_t entry_frame(uint64_t entry);

/** Which entry of a table of `level` is on the way to `va`. */
size_t table_index(uint64_t va, unsigned level);

/** How far the walk for `va` came. */
struct table_walk {
    unsigned level;              /* the table in which it ended; 1: in a last-level table */
    mfn_t tables[TOP_LEVEL + 1]; /* [level] */
    uint64_t entries[TOP_LEVEL + 1];
    uint64_t
        rights; /* PTE_PRESENT, PTE_WRITABLE, PTE_NO_EXECUTE as all levels together allow; 0: nothing is mapped */
};

/** Walk for `va`. */
struct table_walk table_walk(uint64_t va);

/** Rights `above` of all upper levels, together with those of `entry`. */
uint64_t table_rights(uint64_t above, uint64_t entry);

#define RIGHTS_ALL (PTE_PRESENT | PTE_WRITABLE)

/** Told of a mapped page: `entry` has its frame, and the rights of all levels together. */
typedef void table_leaf_visitor(uint64_t va, uint64_t entry, void *data);

/** Visit every page mapped by the table `table` of `level`, that is at `va` and on the way to which `rights` are left. */
void table_each_leaf(mfn_t table, unsigned level, uint64_t va, uint64_t rights,
                     table_leaf_visitor *visit, void *data);

/** Told of a place where a table is hooked in. */
typedef void table_place_visitor(uint64_t va, uint64_t rights, void *data);

/** Visit every place at which the frame `table` is a table of `level`, in the tree in use. */
void table_each_place(mfn_t table, unsigned level, table_place_visitor *visit, void *data);

/** An address at which the frame `mfn` is mapped with all of `rights` (PTE_WRITABLE or 0). Returns whether there is one. */
bool table_find_mapping(mfn_t mfn, uint64_t rights, uint64_t *va);

/** Use the table in the frame `mfn` from now on. */
void table_use(mfn_t mfn);
