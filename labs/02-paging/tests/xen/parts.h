/*
 * The parts of lab 2's tests on the real hypervisor. Each reports a test, and a value that the grader knows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Pages that can be had, when no cache keeps any. */
size_t free_pages(void);

/** Blocks of pages: allocated, some freed, allocated again. Value: blocks_sum. */
void test_blocks(uint64_t seed);

/** Single pages. Value: pages_sum. */
void test_pages(uint64_t seed);

/** Most of the memory at once. Values: pages, memory_sum. */
void test_memory(uint64_t seed);

/** Mappings: made, looked at, taken away, two thousand times more. Values: mapped_sum, pages_lost. */
void test_mappings(uint64_t seed);

/** Changes of access, as Xen sees them. Value: writable_pages. */
void test_protect(uint64_t seed);

/** Whether Xen can write at `address`: it faults where we would. It overwrites what is there. */
bool xen_can_write(uint64_t address);
