/*
 * Who uses which row of whose table: what the operations on grants share.
 */
#pragma once

#include "grant.h"
#include "machine.h"

/** Use the page that `granter` has granted to `user` as `ref`. Returns GNTST_*; the frame comes in `*mfn`. */
int16_t grant_use(domid_t granter, grant_ref_t ref, domid_t user, bool write, mfn_t *mfn);

/** Use it once less. */
void grant_unuse(domid_t granter, grant_ref_t ref, bool write);

/** The guest's own number. */
domid_t grant_guest(void);

/** No mappings yet. */
void grant_map_start(void);

/** Whether an attempt to map is to be answered with GNTST_eagain. */
bool grant_delayed(void);

/** GNTTABOP_query_size, _setup_table; the others: grant_map.c, grant_copy.c. Each does one operation at the guest's address. */
long grant_query_size(uint64_t operation);
long grant_setup_table(uint64_t operation);
long grant_map_ref(uint64_t operation);
long grant_unmap_ref(uint64_t operation);
long grant_copy(uint64_t operation);
