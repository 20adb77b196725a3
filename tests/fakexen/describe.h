/*
 * Addresses and frames in words: what of the model, or of the program, lies there.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <stardust/types.h>

/** "address 0x..., byte 16 of the start_info page" or as much as is known. It lasts until the next call. */
const char *describe_address(uintptr_t address);

/** "frame 0x8123 (pfn 0x57), a pinned L1 table": what Xen knows of a frame. The text lasts as long as the test. */
const char *describe_frame(mfn_t mfn);

/**
 * The walk of the page tables for `address`, in one line: "L4[64] frame 0x8001 -> L3[0] ... L1[5] frame 0x8123 r--". The text
 * lasts as long as the test.
 */
const char *describe_walk(uint64_t address);

/** Print it, for somebody with a debugger. */
void fakexen_print_walk(uint64_t address);

/** Whether the guest may read what lies at `address`. */
bool describe_is_mapped(uintptr_t address);

/** Whether a frame that `address` leads to is a page table. */
bool describe_is_table(uintptr_t address);
