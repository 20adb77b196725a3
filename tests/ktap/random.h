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

/** The word number `number` of the part `part` of a test. */
static inline uint64_t random_word(uint64_t seed, const char *part, uint64_t number)
{
    return mix_bits(fnv_text(mix_bits(seed), part) + number * FNV_PRIME);
}

/** Put `what` behind what `hash` stands for. */
static inline uint64_t random_fold(uint64_t hash, uint64_t what)
{
    return mix_bits(hash ^ what) * FNV_PRIME;
}

/** Add the words `part` of the numbers below `count`. */
static inline uint64_t random_sum(uint64_t seed, const char *part, uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        sum += random_word(seed, part, i);
    }
    return sum;
}
