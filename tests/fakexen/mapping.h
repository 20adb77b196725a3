/*
 * Changing a last-level entry on behalf of Xen: for pages that are mapped by way of a grant.
 */
#pragma once

#include <stdint.h>

/**
 * Set the last-level entry for the guest's address `va` to `entry`, whoever its frame belongs to; 0: nothing is mapped there any
 * more, and every vCPU has forgotten what was. Returns 0; -XEN_EINVAL when there is no table for it, or the page may not be mapped
 * like that.
 */
long mapping_of_grant(uint64_t va, uint64_t entry);
