/*
 * Facts about a console ring that follow from a seed: a guest computes them with its own functions, on a ring that
 * nobody else knows, and the grader with the model below.
 *
 * Only states that an honest reader leaves come up; what a hostile one may do is for the unit tests.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fence.h"
#include "random.h"

#define RING_BYTES  2048
#define RING_ROUNDS 300

/* The layout of struct xencons_interface, which the grader is compiled without. */
struct ring {
    char in[1024];
    char out[RING_BYTES];
    uint32_t in_consumer, in_producer, consumer, producer;
};

/** The functions under test, or the model's. */
struct ring_functions {
    size_t (*room)(const struct ring *ring);
    size_t (*put)(struct ring *ring, const char *bytes, size_t length);
    bool (*drained)(const struct ring *ring);
};

static inline uint64_t ring_fold(uint64_t hash, uint64_t value)
{
    return mix_bits(hash ^ value) * FNV_PRIME;
}

/* Some place in the ring's life, with some bytes unread; now and then none, or all of them. */
static inline void ring_choose(struct ring *ring, struct random *random)
{
    uint64_t kind = random_below(random, 4);

    ring->consumer = (uint32_t)random_next(random);
    ring->producer = ring->consumer;
    ring->producer += kind == 0   ? 0
                      : kind == 1 ? RING_BYTES
                                  : (uint32_t)random_below(random, RING_BYTES + 1);
}

/** The answers of room() in many states. `ring` may hold anything. */
static inline uint64_t ring_value_room(const struct ring_functions *f, struct ring *ring,
                                       uint64_t seed)
{
    struct random random = random_start(~seed);
    uint64_t hash = seed;

    for (unsigned i = 0; i < RING_ROUNDS; i++) {
        ring_choose(ring, &random);
        hash = ring_fold(hash, f->room(ring));
    }
    return hash;
}

/** The answers of drained() in many states. */
static inline uint64_t ring_value_drained(const struct ring_functions *f, struct ring *ring,
                                          uint64_t seed)
{
    struct random random = random_start(~seed);
    uint64_t hash = seed;

    for (unsigned i = 0; i < RING_ROUNDS; i++) {
        ring_choose(ring, &random);
        hash = ring_fold(hash, f->drained(ring) ? 1 : 2);
    }
    return hash;
}

/* Read until at most `left` bytes are unread, as the other end would. */
static inline uint64_t ring_read(struct ring *ring, uint64_t hash, size_t left)
{
    while (ring->producer - ring->consumer > left &&
           ring->producer - ring->consumer <= RING_BYTES) {
        hash = ring_fold(hash, (unsigned char)ring->out[ring->consumer++ % RING_BYTES]);
    }
    return hash;
}

/**
 * What put() takes and what comes out at the other end, in many rounds of writing and reading. The ring is never nearly
 * full, so that a mistake in room() is not seen here too.
 */
static inline uint64_t ring_value_put(const struct ring_functions *f, struct ring *ring,
                                      uint64_t seed)
{
    struct random random = random_start(~seed);
    uint64_t hash = seed;
    char bytes[256];

    ring->consumer = ring->producer = (uint32_t)random_next(&random);
    for (unsigned i = 0; i < RING_ROUNDS; i++) {
        for (unsigned k = 0; k < sizeof bytes; k++) {
            bytes[k] = (char)random_next(&random);
        }
        hash = ring_fold(hash, f->put(ring, bytes, random_below(&random, sizeof bytes + 1)));
        hash = ring_read(ring, hash, random_below(&random, 2 * sizeof bytes));
    }
    return hash;
}

static inline size_t ring_model_room(const struct ring *ring)
{
    return RING_BYTES - (ring->producer - ring->consumer);
}

static inline size_t ring_model_put(struct ring *ring, const char *bytes, size_t length)
{
    size_t room = ring_model_room(ring);
    size_t count = length < room ? length : room;

    for (size_t i = 0; i < count; i++) {
        ring->out[ring->producer++ % RING_BYTES] = bytes[i];
    }
    return count;
}

static inline bool ring_model_drained(const struct ring *ring)
{
    return ring->producer == ring->consumer;
}

/** The model, for the grader. */
static const struct ring_functions ring_model = {ring_model_room, ring_model_put,
                                                 ring_model_drained};
