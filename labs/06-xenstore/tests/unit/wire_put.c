/* Exercise 6.4: bytes into the ring of requests. What xenstored may see at which moment is in wire_order.c. */
#include "wire_around.h"

#include <string.h>

#include "suites.h"

static char saved[PAGE_SIZE];

static size_t slot(uint32_t index)
{
    return index % RING;
}

static void check_bytes(const char *bytes, uint32_t from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = slot(from + (uint32_t)i);

        CHECK(ring->req[at] == bytes[i],
              .rule = "byte number n of the stream is at req[n % 1024] " RING_TEXT,
              .did = text("put %zu bytes at index %u: req[%zu] is 0x%02x%s", count, from, at,
                          (unsigned char)ring->req[at], build->name),
              .expected = text("0x%02x, byte %zu of what was put", (unsigned char)bytes[i], i),
              .usually = "what lies behind the ring's end was not copied to its beginning "
                         "(handout 6.4)",
              .where = (const void *)build->put);
    }
}

/* Everything in the page but the bytes put and req_prod. */
static void check_rest(uint32_t from, size_t count)
{
    const char *after = (const char *)ring;

    for (size_t i = 0; i < sizeof *ring; i++) {
        bool request = i < RING && slot((uint32_t)i - from) < count;
        bool index = i - offsetof(struct xenstore_domain_interface, req_prod) < sizeof(uint32_t);

        CHECK(request || index || after[i] == saved[i],
              .rule = "the guest writes the bytes it puts, and req_prod; all else in the page is "
                      "xenstored's or unread " RING_TEXT,
              .did = text("changed byte %zu of the page while it put %zu bytes at index %u%s", i,
                          count, from, build->name),
              .expected = "no other byte of the page is written",
              .usually = "more was copied than there is room for, or another index was stored",
              .where = (const void *)build->put);
    }
}

static void put_checked(const char *bytes, size_t length, size_t expected, const char *usually)
{
    uint32_t from = wire.req_prod;
    int taken;

    memcpy(saved, ring, sizeof *ring);
    taken = build->put(&wire, bytes, length);
    CHECK(taken == (int)expected,
          .rule = "xenstore_ring_put() takes as many bytes as there is room for, and returns how "
                  "many " WIRE,
          .did = text("returned %s for %zu bytes, with req_prod %u and req_cons %u%s",
                      wire_result(taken), length, from, ring->req_cons, build->name),
          .expected = text("%zu", expected), .usually = usually, .where = (const void *)build->put);
    CHECK(ring->req_prod == from + (uint32_t)expected && wire.req_prod == ring->req_prod,
          .rule = "req_prod counts up by each byte put, for ever, and wraps at 2^32 only; the "
                  "guest's own copy with it " RING_TEXT,
          .did = text("put %zu bytes: req_prod went from %u to %u, wire.req_prod to %u%s", expected,
                      from, ring->req_prod, wire.req_prod, build->name),
          .expected = text("%u", from + (uint32_t)expected),
          .usually = "the index is masked where it is stored, or read from the page, where others "
                     "write (handout 6.4)",
          .where = (const void *)build->put);
    check_bytes(bytes, from, expected);
    check_rest(from, expected);
}

#define LIMITED "the length was not limited by the room there is (handout 6.4)"

static void put_bytes(void)
{
    wire_start(300, 77);
    put_checked("hello", 5, 5, LIMITED);
    put_checked(", world\n", 8, 8, LIMITED);
    put_checked("", 0, 0, "a length of 0 is allowed, and nothing is put");
}

static void put_wrap(void)
{
    wire_start((uint32_t)RING - 10, 0);
    put_checked(wire_bytes(100, 1), 100, 100, "the ring's end is not the end of the room");
    wire_start(UINT32_MAX - 9, 0);
    put_checked(wire_bytes(100, 2), 100, 100,
                "the indices wrap at 2^32: only their difference counts");
    put_checked(wire_bytes(100, 3), 100, 100,
                "the indices wrap at 2^32: only their difference counts");
}

static void put_full(void)
{
    char read[3];

    wire_start(1000, 0);
    put_checked(wire_bytes(3 * RING, 4), 3 * RING, RING, LIMITED);
    put_checked("more", 4, 0, LIMITED);
    wire_server_read(read, sizeof read);
    put_checked("more", 4, 3, LIMITED);
}

static void put_hostile(void)
{
    static const uint32_t lies[] = {1, 0x400, 0x7fffffff, 0x80000000, 0xfffffbff};

    for (size_t i = 0; i < ARRAY_LENGTH(lies); i++) {
        int taken;

        wire_start(5000, 600);
        ring->req_cons = ring->req_prod + lies[i];
        memcpy(saved, ring, sizeof *ring);
        taken = build->put(&wire, "secret", 6);
        CHECK(taken == -XEN_EIO && wire.req_prod == 5000 && memcmp(saved, ring, sizeof *ring) == 0,
              .rule = "an index of xenstored's that makes no sense ends the connection: more than "
                      "1,024 bytes cannot lie between the two " WIRE,
              .did = text("returned %s with req_prod 5000 and req_cons %u%s", wire_result(taken),
                          ring->req_cons, build->name),
              .expected = "-XEN_EIO, and nothing is changed",
              .usually = "the difference of the indices was not compared with the ring's size, or "
                         "as a signed number (handout 6.4)",
              .where = (const void *)build->put);
    }
}

/* What stands in the page where our own index is, xenstored may have written. */
static void put_own_index(void)
{
    wire_start(200, 77);
    ring->req_prod = 200 + 500;
    put_checked("where we are", 12, 12,
                "our own index was read from the page, which others write: it is in wire->req_prod "
                "(handout 6.4)");
}

static void test_put_bytes(void)
{
    wire_for_each_build(put_bytes);
}

static void test_put_wrap(void)
{
    wire_for_each_build(put_wrap);
}

static void test_put_full(void)
{
    wire_for_each_build(put_full);
}

static void test_put_hostile(void)
{
    wire_for_each_build(put_hostile);
}

static void test_put_own_index(void)
{
    wire_for_each_build(put_own_index);
}

static void test_put_order(void)
{
    wire_for_each_build(wire_order_put);
}

static void test_put_one_look(void)
{
    wire_for_each_build(wire_order_put_look);
}

CU_TestInfo put_tests[] = {
    {"bytes", test_put_bytes},         {"wrap", test_put_wrap},
    {"full", test_put_full},           {"hostile", test_put_hostile},
    {"own_index", test_put_own_index}, {"published_last", test_put_order},
    {"one_look", test_put_one_look},   CU_TEST_INFO_NULL,
};
