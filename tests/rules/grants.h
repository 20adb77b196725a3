/*
 * What the rules about grants share: the first page of the grant table, and a row of it.
 */
#pragma once

#include "pages.h"

#include <xen/grant_table.h>

#define SELF   0      /* the first domain's number */
#define NOBODY 0x7000 /* a number that no domain has */
#define BEYOND 100000 /* a reference that the table has no row for */
#define REF    20

/** Map the table's first page at TABLE, if it is not, and let row REF grant `frame` to `domain`. Returns the row. */
volatile struct grant_entry_v1 *grants_row(uint16_t flags, domid_t domain, mfn_t frame);

/** Let it grant nothing, and have memory of ours at TABLE and PLACE. */
void grants_end(void);
