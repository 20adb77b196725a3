/*
 * How many machine frames this domain has: the two hypercalls that change it. Document: the public header xen/memory.h.
 */
#pragma once

#include <stardust/types.h>

/** Give the `count` frames `mfns` back to Xen, to which nothing may lead any more. Returns how many, from the first, it took. */
size_t reservation_decrease(mfn_t *mfns, size_t count);

/**
 * Get frames for the `count` pages whose numbers are in `frames`, and which have none; each number is replaced by its frame's.
 * Returns for how many, from the first, there were frames.
 */
size_t reservation_populate(mfn_t *frames, size_t count);
