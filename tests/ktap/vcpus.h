/*
 * What a guest does with its vCPUs in lab 5, as it follows from the seed: the guest does it, and the grader computes what must
 * come of it. Nothing here depends on who is quicker.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define VCPUS_MOST      32
#define VCPUS_STEPS     1000 /* of the calculation that each vCPU makes */
#define VCPUS_ADDITIONS 400  /* that each vCPU makes to one counter, at most */
#define VCPUS_ROUNDS    16   /* of waiting in line */
#define VCPUS_CALLS     12
#define VCPUS_JOURNEY   200 /* moves of one thread */

/** The word number `number` of the part `part` of the test. */
static inline uint64_t vcpus_word(uint64_t seed, const char *part, uint64_t number)
{
    return mix_bits(fnv_text(mix_bits(seed), part) + number * FNV_PRIME);
}

/** One step of a calculation that a vCPU makes; `number` is its own number, read at that step. */
static inline uint64_t vcpus_step(uint64_t hash, unsigned number)
{
    return mix_bits(hash * FNV_PRIME + number + 1);
}

/** What the vCPU `number` comes to. */
static inline uint64_t vcpus_result(uint64_t seed, unsigned number)
{
    uint64_t hash = vcpus_word(seed, "result", number);

    for (unsigned i = 0; i < VCPUS_STEPS; i++) {
        hash = vcpus_step(hash, number);
    }
    return hash;
}

static inline uint64_t vcpus_results(uint64_t seed, unsigned vcpus)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < vcpus; i++) {
        sum += vcpus_result(seed, i);
    }
    return sum;
}

/** How often the vCPU `number` adds to the counter, and what it adds each time. */
static inline unsigned vcpus_additions(uint64_t seed, unsigned number)
{
    return (unsigned)(1 + vcpus_word(seed, "additions", number) % VCPUS_ADDITIONS);
}

static inline uint64_t vcpus_addend(uint64_t seed, unsigned number)
{
    return vcpus_word(seed, "addend", number);
}

static inline uint64_t vcpus_counted(uint64_t seed, unsigned vcpus)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < vcpus; i++) {
        sum += vcpus_additions(seed, i) * vcpus_addend(seed, i);
    }
    return sum;
}

/** The order in which the vCPUs 1 to `vcpus` - 1 ask for the lock in round `round`, in `line`. */
static inline void vcpus_line(uint64_t seed, unsigned round, unsigned vcpus,
                              unsigned line[VCPUS_MOST])
{
    for (unsigned i = 1; i < vcpus; i++) {
        unsigned other = (unsigned)(vcpus_word(seed, "line", round * VCPUS_MOST + i) % i);

        line[i - 1] = line[other];
        line[other] = i;
    }
}

/** The vCPUs in the order in which they had the lock, in all rounds. */
static inline uint64_t vcpus_lines(uint64_t seed, unsigned vcpus)
{
    unsigned line[VCPUS_MOST] = {0};
    uint64_t hash = seed;

    for (unsigned round = 0; round < VCPUS_ROUNDS; round++) {
        vcpus_line(seed, round, vcpus, line);
        for (unsigned i = 0; i + 1 < vcpus; i++) {
            hash = vcpus_step(hash, line[i]);
        }
    }
    return hash;
}

/** Which vCPUs are called by call number `call`: bit n is vCPU n. */
static inline uint32_t vcpus_called(uint64_t seed, unsigned call, unsigned vcpus)
{
    return (uint32_t)vcpus_word(seed, "called", call) & (uint32_t)(((uint64_t)1 << vcpus) - 1);
}

/** Each vCPU that is called adds its word for that call. */
static inline uint64_t vcpus_calls(uint64_t seed, unsigned vcpus)
{
    uint64_t sum = 0;

    for (unsigned call = 0; call < VCPUS_CALLS; call++) {
        for (unsigned i = 0; i < vcpus; i++) {
            if (vcpus_called(seed, call, vcpus) >> i & 1) {
                sum += vcpus_word(seed, "call", call * VCPUS_MOST + i);
            }
        }
    }
    return sum;
}

/** Where a thread goes in its step number `step`. */
static inline unsigned vcpus_stop(uint64_t seed, unsigned step, unsigned vcpus)
{
    return (unsigned)(vcpus_word(seed, "stop", step) % vcpus);
}

static inline uint64_t vcpus_journey(uint64_t seed, unsigned vcpus)
{
    uint64_t hash = seed;

    for (unsigned step = 0; step < VCPUS_JOURNEY; step++) {
        hash = vcpus_step(hash, vcpus_stop(seed, step, vcpus));
    }
    return hash;
}
