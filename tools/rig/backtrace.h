/*
 * Who called whom, from the stack words of Xen's dump.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "text.h"
#include "xendump.h"

enum { BACKTRACE_MOST = 1024 };

struct backtrace {
    uint64_t addresses[BACKTRACE_MOST]; /* innermost first: rip, then return addresses */
    size_t count;
    bool guessed; /* no chain of frames: return addresses that lie about on the stack, any of which
                     may be stale */
};

/** Follow the frame pointers; where there are none, guess. */
struct backtrace backtrace_make(const struct image *image, const struct xendump *dump);

/** Append "inner ← outer ← …"; a function that calls itself is named once, with "(N times)"; the
 * middle may be left out. */
void backtrace_print(struct text *t, const struct image *image, const struct backtrace *b);
