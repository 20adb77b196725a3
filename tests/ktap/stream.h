/*
 * A long text that follows from a seed: a guest writes it to its console, and the grader compares it byte for byte.
 *
 * Lines of 1 to 78 characters of the alphabet below, each ended by a line feed; so no line of it can be mistaken for
 * one of the report. The last line is cut so that the text has stream_length(seed) bytes, its last one a line feed.
 * On a console each line feed follows a carriage return, which is not part of the text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define STREAM_SHORTEST 32768
#define STREAM_LONGEST  65536
#define STREAM_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

struct stream {
    struct random random;
    size_t left;   /* bytes to come */
    unsigned line; /* characters to come before this line's end */
};

static inline unsigned stream_line(struct stream *s)
{
    return 1 + (unsigned)random_below(&s->random, 78);
}

static inline struct stream stream_start(uint64_t seed)
{
    struct stream s = {.random = random_start(seed)};

    s.left = STREAM_SHORTEST + random_below(&s.random, STREAM_LONGEST - STREAM_SHORTEST + 1);
    s.line = stream_line(&s);
    return s;
}

/** How many bytes the stream of `seed` has. */
static inline size_t stream_length(uint64_t seed)
{
    return stream_start(seed).left;
}

/** The stream's next character; call it s->left times. */
static inline char stream_next(struct stream *s)
{
    s->left--;
    if (s->left == 0 || s->line == 0) {
        s->line = stream_line(s);
        return '\n';
    }
    s->line--;
    return STREAM_ALPHABET[random_below(&s->random, 64)];
}
