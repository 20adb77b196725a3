/*
 * The memory of a machine that runs, or ran until we stopped it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "qmp.h"

/**
 * Read up to `most` 64-bit words from virtual address `address` on, through the page tables of
 * processor `cpu`. Returns how many there are before the first that is not mapped; 0 also when QEMU
 * does not answer.
 */
size_t memory_read(struct qmp *q, struct events *e, unsigned cpu, uint64_t address, uint64_t *words,
                   size_t most);
