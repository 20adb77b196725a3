/*
 * The page tables that a domain builder makes: for the first 4 MiB of the domain's memory, as far as there is so much.
 */
#pragma once

#include "machine.h"

/** Build them in their pages, and use them. The frames of all pages are known. */
void boot_tables_make(void);
