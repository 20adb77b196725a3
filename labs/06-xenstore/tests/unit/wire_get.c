/* Exercise 6.4: bytes from the ring of answers. */
#include "wire_around.h"

#include <string.h>

#include "suites.h"

static char got[4 * XENSTORE_RING_SIZE];
static char saved[PAGE_SIZE];

static void check_page(uint32_t from, size_t count)
{
    const char *after = (const char *)ring;

    CHECK(ring->rsp_cons == from + (uint32_t)count && wire.rsp_cons == ring->rsp_cons,
          .rule = "rsp_cons counts up by each byte taken, for ever, and wraps at 2^32 only; the "
                  "guest's own copy with it " RING_TEXT,
          .did = text("took %zu bytes: rsp_cons went from %u to %u, wire.rsp_cons to %u%s", count,
                      from, ring->rsp_cons, wire.rsp_cons, build->name),
          .expected = text("%u", from + (uint32_t)count),
          .usually = "xenstored is not told that there is room again (handout 6.4)",
          .where = (const void *)build->get);
    for (size_t i = 0; i < sizeof *ring; i++) {
        bool index = i - offsetof(struct xenstore_domain_interface, rsp_cons) < sizeof(uint32_t);

        CHECK(index || after[i] == saved[i],
              .rule = "who takes bytes from the ring writes nothing but rsp_cons " RING_TEXT,
              .did = text("changed byte %zu of the page%s", i, build->name),
              .expected = "no other byte of the page is written",
              .usually = "another index was stored", .where = (const void *)build->get);
    }
}

/* `bytes` are what xenstored has put at the ring's consumer. */
static void get_checked(const char *bytes, size_t length, size_t expected, const char *usually)
{
    uint32_t from = wire.rsp_cons;
    int taken;

    memset(got, 0x5a, sizeof got);
    memcpy(saved, ring, sizeof *ring);
    taken = build->get(&wire, got, length);
    CHECK(taken == (int)expected,
          .rule = "xenstore_ring_get() takes as many bytes as are wanted and there, and returns "
                  "how many " WIRE,
          .did = text("returned %s when %zu bytes were wanted, with rsp_prod %u and rsp_cons %u%s",
                      wire_result(taken), length, ring->rsp_prod, from, build->name),
          .expected = text("%zu", expected), .usually = usually, .where = (const void *)build->get);
    for (size_t i = 0; i < sizeof got; i++) {
        CHECK(got[i] == (i < expected ? bytes[i] : 0x5a),
              .rule =
                  "byte number n of the stream is at rsp[n % 1024], and no more is written than "
                  "was taken " RING_TEXT,
              .did = text("took %zu bytes from index %u: byte %zu is 0x%02x%s", expected, from, i,
                          (unsigned char)got[i], build->name),
              .expected = text("0x%02x", (unsigned char)(i < expected ? bytes[i] : 0x5a)),
              .usually = "what lies at the ring's beginning was not copied behind what lies at its "
                         "end (handout 6.4)",
              .where = (const void *)build->get);
    }
    check_page(from, expected);
}

#define LIMITED "the length was not limited by the bytes that are there (handout 6.4)"

static void get_bytes(void)
{
    wire_start(300, 77);
    get_checked("", 10, 0, LIMITED);
    wire_server_write("hello, world", 12);
    get_checked("hello", 5, 5, LIMITED);
    get_checked(", world", 100, 7, LIMITED);
}

static void get_wrap(void)
{
    wire_start(0, (uint32_t)RING - 10);
    wire_server_write(wire_bytes(100, 1), 100);
    get_checked(wire_bytes(100, 1), 100, 100, "the ring's end is not the end of what is there");
    wire_start(0, UINT32_MAX - 9);
    wire_server_write(wire_bytes(100, 2), 100);
    get_checked(wire_bytes(100, 2), 100, 100,
                "the indices wrap at 2^32: only their difference counts");
}

static void get_full(void)
{
    wire_start(0, 1000);
    wire_server_write(wire_bytes(2 * RING, 3), 2 * RING);
    get_checked(wire_bytes(RING, 3), 2 * RING, RING, LIMITED);
    get_checked("", 2 * RING, 0, LIMITED);
}

static void get_hostile(void)
{
    static const uint32_t lies[] = {0x401, 0x1000, 0x7fffffff, 0x80000000, 0xffffffff};

    for (size_t i = 0; i < ARRAY_LENGTH(lies); i++) {
        int taken;

        wire_start(600, 5000);
        ring->rsp_prod = ring->rsp_cons + lies[i];
        memcpy(saved, ring, sizeof *ring);
        taken = build->get(&wire, got, sizeof got);
        CHECK(taken == -XEN_EIO && wire.rsp_cons == 5000 && memcmp(saved, ring, sizeof *ring) == 0,
              .rule = "an index of xenstored's that makes no sense ends the connection: more than "
                      "1,024 bytes cannot lie between the two " WIRE,
              .did = text("returned %s with rsp_cons 5000 and rsp_prod %u%s", wire_result(taken),
                          ring->rsp_prod, build->name),
              .expected = "-XEN_EIO, and nothing is changed",
              .usually = "the difference of the indices was not compared with the ring's size, or "
                         "as a signed number (handout 6.4)",
              .where = (const void *)build->get);
    }
}

static void get_own_index(void)
{
    wire_start(77, 200);
    wire_server_write("where we are", 12);
    ring->rsp_cons = 204;
    get_checked("where we are", 12, 12,
                "our own index was read from the page, which others write: it is in wire->rsp_cons "
                "(handout 6.4)");
}

static void test_get_bytes(void)
{
    wire_for_each_build(get_bytes);
}

static void test_get_wrap(void)
{
    wire_for_each_build(get_wrap);
}

static void test_get_full(void)
{
    wire_for_each_build(get_full);
}

static void test_get_hostile(void)
{
    wire_for_each_build(get_hostile);
}

static void test_get_own_index(void)
{
    wire_for_each_build(get_own_index);
}

static void test_get_order(void)
{
    wire_for_each_build(wire_order_get);
}

static void test_get_one_look(void)
{
    wire_for_each_build(wire_order_get_look);
}

CU_TestInfo get_tests[] = {
    {"bytes", test_get_bytes},         {"wrap", test_get_wrap},
    {"full", test_get_full},           {"hostile", test_get_hostile},
    {"own_index", test_get_own_index}, {"read_first", test_get_order},
    {"one_look", test_get_one_look},   CU_TEST_INFO_NULL,
};
