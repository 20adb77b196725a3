/*
 * Addresses in words: what of the model, or of the program, lies there.
 */
#pragma once

#include <stdint.h>

/** "address 0x..., byte 16 of the start_info page" or as much as is known. It lasts until the next call. */
const char *describe_address(uintptr_t address);
