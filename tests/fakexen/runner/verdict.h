/*
 * What a test's process leaves for the runner, in memory that both share.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define VERDICT_PLACES 8

enum verdict_outcome { VERDICT_NONE, VERDICT_PASSED, VERDICT_FAILED };

struct verdict {
    enum verdict_outcome outcome; /* NONE: the process ended before the test did */
    bool endless;                 /* it did not return within its time */
    char rule[400], did[600], expected[600], usually[400];
    char where[400]; /* the place as text, when it is known so; then `places` do not count */
    uintptr_t places[VERDICT_PLACES]; /* addresses of code, the innermost first; 0 after the last */
};

struct failure;

/** The one of this process. */
extern struct verdict *verdict;

/** Make `v` say what `failure` says. */
void verdict_fill(struct verdict *v, const struct failure *failure);

/** Add the code address `place`, if there is room. */
void verdict_add_place(struct verdict *v, uintptr_t place);

/** If set: told of each failure before it is reported, to add what it knows. */
extern void (*verdict_addition)(struct verdict *v);
