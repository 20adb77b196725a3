/*
 * The names of the image's own functions, from a table that the build links into it.
 */
#pragma once

#include <stardust/types.h>

struct symbol {
    const char *name; /* NULL: no function is at the address */
    uint64_t offset;  /* bytes from the function's beginning */
};

/** The function whose code holds `address`. Context: any. */
struct symbol symbol_find(uint64_t address);
