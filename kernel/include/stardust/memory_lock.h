/*
 * The lock of the guest's memory: the lists of free blocks, what was taken in, the page tables.
 *
 * One lock for all of these, since each needs the others: a page table is made of a page, and to hand out the page more
 * memory may have to be mapped first. For the same reason its holder may take it again. What a vCPU keeps for itself, its
 * cache of pages, is no part of it: a critical section is enough there.
 */
#pragma once

#include <stardust/critical.h>

/**
 * Keep upcalls and all other vCPUs away from the memory's books. Sections nest.
 *
 * Context: any; LOCK_MEMORY in the order of locks. Returns what memory_unlock wants.
 */
critical_t memory_lock(void);

/** End the section that memory_lock returned `state` for. */
void memory_unlock(critical_t state);
