/* A console ring to test on: see ring.h. */
#include "ring.h"

#include <string.h>

#include <drivers/console/console_ring.h>
#include <tests/ktap/random.h>

/* Made by the build from the same files: compiled as they are for the kernel, their names prefixed. */
size_t as_built_console_ring_room(const struct xencons_interface *ring);
size_t as_built_console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length);
bool as_built_console_ring_drained(const struct xencons_interface *ring);

static const struct ring_build builds[] = {
    {"", console_ring_room, console_ring_put, console_ring_drained},
    {" (in the kernel's own build)", as_built_console_ring_room, as_built_console_ring_put,
     as_built_console_ring_drained},
};

const struct ring_build *build;
struct xencons_interface *ring;
struct xenconsoled reader;

void ring_for_each_build(void (*test)(void))
{
    for (build = builds; build < builds + ARRAY_LENGTH(builds); build++) {
        test();
    }
}

void ring_start(uint32_t start)
{
    fakexen_start(&(struct fakexen_options){.pages = 64, .seed = test_seed()});
    ring = fakexen.console_ring;
    xenconsoled_attach(&reader, ring, start);
}

void ring_fill(size_t used)
{
    ring->out_prod = ring->out_cons + (uint32_t)used;
}

const char *ring_text(size_t length, uint64_t salt)
{
    static char bytes[4 * RING_SIZE];
    struct random random = random_start(test_seed() ^ salt << 32);

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)random_next(&random);
    }
    return bytes;
}

static size_t slot(uint32_t index)
{
    return index % RING_SIZE;
}

static void check_bytes(const char *bytes, uint32_t from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = slot(from + (uint32_t)i);

        CHECK(ring->out[at] == bytes[i],
              .rule = "byte number n of the stream is at out[n % sizeof out] " RING_RULES,
              .did = text("put %zu bytes at index %u: out[%zu] is 0x%02x%s", count, from, at,
                          (unsigned char)ring->out[at], build->name),
              .expected = text("0x%02x, byte %zu of what was put", (unsigned char)bytes[i], i),
              .usually =
                  "the place was not masked, or the part behind the ring's end went elsewhere",
              .where = (const void *)build->put);
    }
}

/* Everything in the page but the `count` bytes from `from` on, and the producer's index. */
static void check_rest(const char *before, uint32_t from, size_t count)
{
    const char *after = (const char *)ring;

    for (size_t i = 0; i < PAGE_SIZE; i++) {
        size_t out = i - offsetof(struct xencons_interface, out);
        size_t index = i - offsetof(struct xencons_interface, out_prod);
        bool may = (out < RING_SIZE && slot((uint32_t)out - from) < count) ||
                   index < sizeof ring->out_prod;

        CHECK(may || after[i] == before[i],
              .rule = "the guest writes the bytes it puts, and out_prod; all else in the page is "
                      "the reader's or unread",
              .did =
                  out < RING_SIZE
                      ? text("overwrote out[%zu], which was not to be written%s", out, build->name)
                      : text("changed byte %zu of the ring's page%s", i, build->name),
              .expected = text("%zu bytes from index %u on, and out_prod", count, from),
              .usually = "more was copied than there was room for, or another index was stored",
              .where = (const void *)build->put);
    }
}

static char saved[PAGE_SIZE];

size_t ring_put_checked(const char *bytes, size_t length, size_t expected, const char *usually)
{
    uint32_t from = ring->out_prod;
    uint32_t consumer = ring->out_cons;
    size_t room = build->room(ring);
    size_t taken;

    memcpy(saved, ring, PAGE_SIZE);
    taken = build->put(ring, bytes, length);
    /* Too little room is the mistake of another exercise, which says so. */
    expected = taken == room && room < expected ? room : expected;
    CHECK(taken == expected,
          .rule =
              "console_ring_put() takes as many bytes as there is room for, and returns how many",
          .did = text("took %zu of %zu bytes with out_prod %u and out_cons %u%s", taken, length,
                      from, consumer, build->name),
          .expected = text("%zu", expected), .usually = usually, .where = (const void *)build->put);
    CHECK(ring->out_prod == from + (uint32_t)expected,
          .rule =
              "out_prod counts up by each byte put, for ever, and wraps at 2^32 only " RING_RULES,
          .did = text("put %zu bytes: out_prod went from %u to %u%s", expected, from,
                      ring->out_prod, build->name),
          .expected = text("%u", from + (uint32_t)expected),
          .usually =
              "the index is masked where it is stored; mask it where a byte's place is worked out",
          .where = (const void *)build->put);
    check_bytes(bytes, from, expected);
    check_rest(saved, from, expected);
    return expected;
}
