/*
 * Page-table changes on their way to Xen: collected, sent together in one multicall, and every answer checked.
 *
 * Document: the public header xen/xen.h, HYPERVISOR_multicall, update_va_mapping, mmu_update and mmuext_op.
 */
#pragma once

#include <stardust/memory.h>
#include <stardust/types.h>

#include <xen/xen.h>

#define MMU_BATCH_SIZE 32

struct mmu_batch {
    unsigned count; /* changes that have not been sent */
    int error;      /* of the first change that Xen refused; 0: none */
    struct multicall_entry calls[MMU_BATCH_SIZE];
    union {
        struct mmu_update update;
        struct mmuext_op operation;
    } arguments[MMU_BATCH_SIZE]; /* what calls[i] points to */
};

/** Begin with nothing. */
void mmu_begin(struct mmu_batch *batch);

/**
 * Set the last-level entry for `va` to `entry`; the last-level table must exist. `flush`: UVMF_NONE, or UVMF_INVLPG |
 * UVMF_ALL so that every vCPU forgets the old translation.
 */
void mmu_set(struct mmu_batch *batch, uintptr_t va, uint64_t entry, unsigned long flush);

/** Write entry number `index` of the table, of any level, in the machine frame `table`. */
void mmu_write(struct mmu_batch *batch, mfn_t table, unsigned index, uint64_t entry);

/** Declare the machine frame `table` a page table of `level` (1 to 4). It must have no writable mapping. */
void mmu_pin(struct mmu_batch *batch, unsigned level, mfn_t table);

/** Take that back. The table must not be hooked in anywhere. */
void mmu_unpin(struct mmu_batch *batch, mfn_t table);

/** Make every vCPU forget all translations. */
void mmu_flush_all(struct mmu_batch *batch);

/** Send what was collected. Returns 0, or the negative XEN_E* number of the first change since mmu_begin that was refused. */
int mmu_commit(struct mmu_batch *batch);
