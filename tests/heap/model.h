/*
 * A model of a heap: what is held, and with which content. Each block is filled with a pattern of its own over its
 * whole length, so that any two that overlap are found when either is looked at.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * Do `rounds` allocations, resizes and frees of sizes below 2^`size_bits`, drawn from `seed`, and look at the content
 * each time; free all in the end. Checks with CUnit.
 */
void model_run(uint64_t seed, unsigned rounds, unsigned size_bits);
