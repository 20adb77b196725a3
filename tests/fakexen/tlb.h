/*
 * What the vCPUs remember of the page tables.
 *
 * The model supposes the worst: every vCPU has every translation in its TLB. When a page-table entry is removed or
 * restricted, the old translation stays usable until it is flushed: then it is stale. The code under test runs on vCPU 0,
 * and really keeps the old mapping until vCPU 0 forgets it.
 */
#pragma once

#include "machine.h"

#define EVERY_VCPU (~(uint64_t)0)

struct tlb_stale {
    uintptr_t va;
    uint64_t entry; /* frame and rights as they were */
    uint64_t vcpus; /* bit n: vCPU n still has it */
};

/** All vCPUs start with what the tables say. */
void tlb_start(void);

/** The page at `va` was mapped as `before` and is as `now`: frames and rights, 0 where nothing is mapped. */
void tlb_changed(uint64_t va, uint64_t before, uint64_t now);

/** The vCPUs whose bits are set forget everything. */
void tlb_flush(uint64_t vcpus);

/** They forget the page at `va`. */
void tlb_flush_page(uint64_t vcpus, uint64_t va);

/** The frame has become something else, so Xen makes every vCPU forget it. */
void tlb_flush_frame(mfn_t mfn);

/** A stale translation that some vCPU still has, or NULL. */
const struct tlb_stale *tlb_stale(void);

/** How many there are. */
size_t tlb_stale_count(void);
