/*
 * The fence on a line of a report: a keyed hash of the run's token, the test's name and the verdict.
 *
 * It keeps a stray or copied "ok" from counting. It is a fence and no wall: code under test shares the address space
 * with the token. Compiled into the unit tests, into guests and into the grader, so it needs no library.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FENCE_DIGITS 16

/* FNV-1a, 64 bits. Document: Internet draft draft-eastlake-fnv. */
#define FNV_BASIS ((uint64_t)0xcbf29ce484222325)
#define FNV_PRIME ((uint64_t)0x100000001b3)

/** Add the characters of `text`, without its NUL, to an FNV-1a hash that began as FNV_BASIS. */
static inline uint64_t fnv_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
    }
    return hash;
}

/** Spread the bits of `x` so that each bit of the result depends on all of them (one to one). */
static inline uint64_t mix_bits(uint64_t x)
{
    x = (x ^ x >> 30) * (uint64_t)0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * (uint64_t)0x94d049bb133111eb;
    return x ^ x >> 31;
}

/** The fence of `outcome` (KTAP_OK, KTAP_NOT_OK or a value's digits) for the test or value `name`. */
static inline uint64_t fence_make(uint64_t token, const char *name, const char *outcome)
{
    uint64_t hash = fnv_text(mix_bits(token ^ FNV_BASIS), name);

    hash = (hash ^ 0xff) * FNV_PRIME; /* no name has this byte: it ends the name */
    return mix_bits(fnv_text(hash, outcome) ^ token);
}

/** Write `number` as 16 hexadecimal digits and a NUL. */
static inline void fence_digits(char text[FENCE_DIGITS + 1], uint64_t number)
{
    for (int i = 0; i < FENCE_DIGITS; i++) {
        text[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
    }
    text[FENCE_DIGITS] = '\0';
}
