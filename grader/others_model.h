/*
 * What must come of lab 6's work with grants and with the xenstore ring, done on a model.
 */
#pragma once

#include <stdint.h>

/** Of others_moves(). */
uint64_t others_model_moves(uint64_t seed);

/** Of others_wire_moves(). */
uint64_t others_model_wire(uint64_t seed);

/** Of reading all texts that others_number() makes. */
uint64_t others_model_numbers(uint64_t seed);
