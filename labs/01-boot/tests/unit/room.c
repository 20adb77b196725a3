/* Exercise 1.3: room in the console's ring. */
#include "ring.h"

#include <tests/ktap/random.h>

#include "suites.h"

static void check_room(size_t expected, const char *usually)
{
    uint32_t producer = ring->out_prod;
    uint32_t consumer = ring->out_cons;
    size_t room = build->room(ring);

    CHECK(
        room == expected,
        .rule = "the room is the ring's size less what is unread, out_prod - out_cons " RING_RULES,
        .did = text("console_ring_room() returned %zu with out_prod %u and out_cons %u%s", room,
                    producer, consumer, build->name),
        .expected = text("%zu", expected), .usually = usually, .where = (const void *)build->room);
}

static void empty(void)
{
    ring_start(0);
    check_room(
        RING_SIZE,
        "the ring may be filled completely: the indices are not masked, so full is not empty");
    ring_start(12345);
    check_room(RING_SIZE, "the indices do not begin at 0: only their difference counts");
}

static void full(void)
{
    ring_start(777);
    ring_fill(RING_SIZE);
    check_room(0, "a full ring has no room: its indices differ by its size, they are not the same");
    ring_fill(RING_SIZE - 1);
    check_room(1, "one byte too few or too many: the whole of out[] may be used");
}

static void between(void)
{
    struct random random = random_start(test_seed());

    for (unsigned i = 0; i < 200; i++) {
        size_t used = random_below(&random, RING_SIZE + 1);

        if (i % 50 == 0) {
            ring_start((uint32_t)random_next(&random));
        }
        ring_fill(used);
        check_room(RING_SIZE - used,
                   "signed arithmetic, or the consumer and the producer the wrong way round");
    }
}

static void index_wrap(void)
{
    ring_start(UINT32_MAX - 99);
    for (size_t used = 0; used <= RING_SIZE; used += 64) {
        ring_fill(used);
        check_room(RING_SIZE - used, "the indices are unsigned 32-bit numbers that wrap: subtract "
                                     "them as such, before widening");
    }
}

static void hostile(void)
{
    static const uint32_t lies[] = {1, 2, 4097, 0x7fffffff, 0x80000000, 0xfffff000};

    for (size_t i = 0; i < ARRAY_LENGTH(lies); i++) {
        ring_start(5000);
        ring->out_cons = ring->out_prod + lies[i];
        check_room(0, "the reader's index is somebody else's: ahead of ours it makes no sense, and "
                      "gives no room");
        ring->out_cons = ring->out_prod - RING_SIZE - lies[i];
        check_room(
            0, "more unread than the ring holds makes no sense: size - used is a huge number then");
    }
}

static void test_empty(void)
{
    ring_for_each_build(empty);
}

static void test_full(void)
{
    ring_for_each_build(full);
}

static void test_between(void)
{
    ring_for_each_build(between);
}

static void test_index_wrap(void)
{
    ring_for_each_build(index_wrap);
}

static void test_hostile(void)
{
    ring_for_each_build(hostile);
}

CU_TestInfo room_tests[] = {
    {"empty", test_empty},           {"full", test_full},       {"between", test_between},
    {"index_wrap", test_index_wrap}, {"hostile", test_hostile}, CU_TEST_INFO_NULL,
};
