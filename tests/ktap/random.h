/*
 * Numbers that look random and follow from a seed, the same on the build machine and in a guest: xorshift64*.
 */
#pragma once

#include <stdint.h>

#include "fence.h"

struct random {
    uint64_t state; /* never 0 */
};

static inline struct random random_start(uint64_t seed)
{
    uint64_t state = mix_bits(seed);

    return (struct random){.state = state != 0 ? state : FNV_BASIS};
}

/** The next 64 bits. */
static inline uint64_t random_next(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * (uint64_t)0x2545f4914f6cdd1d;
}

/** A number from 0 to `below` - 1; the upper bits are the better ones. */
static inline uint64_t random_below(struct random *r, uint64_t below)
{
    return (random_next(r) >> 16) % below;
}
