/*
 * Code that knows what all its registers hold, while it waits for an upcall or for another thread. In spin.S, which knows
 * where the fields are.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tests/ktap/events.h>

struct spin {
    uint64_t registers[EVENTS_WORDS]; /* all but %rcx and %rsp */
    uint64_t flags;
};

/** Load all registers and flags, wait until `*word` is not 0, and store what they are then. */
void spin_until(struct spin *spin, const volatile uint64_t *word);

/** Whether the direction flag is set. */
bool spin_direction(void);

/**
 * Load the vector registers, count `*mine` up until `*other` has changed `turns` times or is SPIN_OVER, and store what they
 * are then. Leaves SPIN_OVER in `*mine`.
 */
void spin_vectors(struct events_vectors *vectors, volatile uint32_t *mine,
                  const volatile uint32_t *other, unsigned turns);

#define SPIN_OVER 0xffffffff
