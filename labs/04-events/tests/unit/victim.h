/*
 * Code that upcalls interrupt: it knows what all its registers hold. In victim.S, which knows where the fields are.
 */
#pragma once

#include <stdint.h>

#define VICTIM_WORDS 15 /* all general registers but %rsp */

struct victim {
    uint64_t registers[VICTIM_WORDS]; /* loaded before, stored behind */
    uint64_t flags;
    uint64_t stack, stack_behind; /* its %rsp */
};

/** Load all registers, do nothing for a while, store them. Context: not twice at once. */
void victim_run(void *victim);

/** Where it does nothing: from the one to the other. */
extern const char victim_begin[], victim_end[];
