/* Exercise 1.5: whether the last line has been read. */
#include "ring.h"

#include "suites.h"

static void check_drained(bool expected, const char *usually)
{
    uint32_t producer = ring->out_prod;
    uint32_t consumer = ring->out_cons;
    bool drained = build->drained(ring);

    CHECK(drained == expected,
          .rule = "drained means that the reader's index has come to ours: whoever ends the domain "
                  "waits for that",
          .did = text("console_ring_drained() returned %s with out_prod %u and out_cons %u%s",
                      drained ? "true" : "false", producer, consumer, build->name),
          .expected = expected ? "true" : "false", .usually = usually,
          .where = (const void *)build->drained);
}

static void walk_to_the_end(void)
{
    ring_start(UINT32_MAX - 20);
    check_drained(true, "an empty ring is drained");
    build->put(ring, "the last words before the end", 29);
    for (size_t unread = 29; unread > 0; unread--) {
        check_drained(false, "not drained as long as one byte is unread, or the last line is lost");
        xenconsoled_read(&reader, 1);
    }
    check_drained(true, "out_cons is compared with something else than out_prod");
}

static void full(void)
{
    ring_start(4096);
    ring_fill(RING_SIZE);
    check_drained(
        false, "a full ring looks like an empty one once the indices are masked: do not mask them");
}

static void hostile(void)
{
    ring_start(100);
    ring->out_cons = 101;
    check_drained(false, "a reader ahead of us has not read: only equal indices mean drained");
}

static void test_walk(void)
{
    ring_for_each_build(walk_to_the_end);
}

static void test_full(void)
{
    ring_for_each_build(full);
}

static void test_hostile(void)
{
    ring_for_each_build(hostile);
}

CU_TestInfo drained_tests[] = {
    {"last_byte", test_walk},
    {"full", test_full},
    {"hostile", test_hostile},
    CU_TEST_INFO_NULL,
};
