/*
 * What the heap stands on, on the build machine: page frames, regions, a vCPU and panics, as simple as can be. Pages
 * are counted, so that a test sees whether all came back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FAKE_PAGES 4096 /* pages of memory that the heap can get */

/** Make the memory and the vCPU. Ends the program when the addresses that a kernel has cannot be had. */
void fake_start(void);

/** Pages that nobody has. */
size_t fake_pages_free(void);

/** How often upcalls that were held back have been let in. */
unsigned fake_deliveries(void);

/** Whether upcalls are kept away just now. */
bool fake_masked(void);

/**
 * Whether `run` ends in a panic whose text has `words` in it. It is run in a process of its own, so that nothing of
 * what it does stays. What it said instead is printed.
 */
bool fake_panics(void (*run)(void), const char *words);
