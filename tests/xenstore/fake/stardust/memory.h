/* Machine frames as tests/xenstore/host.c has them. Instead of the kernel's header of this name. */
#pragma once

#include <stardust/types.h>

bool mfn_is_ours(mfn_t mfn);
pfn_t mfn_to_pfn(mfn_t mfn);
void *pfn_to_virtual(pfn_t pfn);
