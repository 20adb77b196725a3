/*
 * A console ring in a fake domain's page, and the student's functions on it, in two builds.
 *
 * Each test of the ring runs with both: the one that the sanitizers watch, and the one that the kernel has, since the
 * compiler may turn the same source into different accesses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stardust/layout.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>
#include <tests/fakexen/xenconsoled.h>

#define RING_SIZE  2048
#define RING_RULES "(public header xen/io/console.h)"

struct ring_build {
    const char *name; /* as a failure says it: "" or in which build */
    size_t (*room)(const struct xencons_interface *ring);
    size_t (*put)(struct xencons_interface *ring, const char *bytes, size_t length);
    bool (*drained)(const struct xencons_interface *ring);
};

/** The build under test. */
extern const struct ring_build *build;

/** The ring, and its reader. */
extern struct xencons_interface *ring;
extern struct xenconsoled reader;

/** Run `test` for each build. */
void ring_for_each_build(void (*test)(void));

/** Make a domain whose ring is empty, with both indices at `start`. */
void ring_start(uint32_t start);

/** Let the ring hold `used` unread bytes, of some reader's making. */
void ring_fill(size_t used);

/** `length` bytes of text for the ring, which follow from the run's seed and `salt`. */
const char *ring_text(size_t length, uint64_t salt);

/**
 * Call put, and see that it took `expected` of the bytes, or fewer if room() gives it less; that it published them, and
 * changed nothing else in the ring's page. Returns how many it took.
 */
size_t ring_put_checked(const char *bytes, size_t length, size_t expected, const char *usually);
