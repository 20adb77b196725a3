/* Exercise 1.4: bytes into the console's ring. What the reader may see at which moment is in put_order.c. */
#include "ring.h"

#include <string.h>

#include <tests/ktap/random.h>

#include "put_order.h"
#include "suites.h"

#define LIMITED "the length was not limited by console_ring_room()"

static void bytes(void)
{
    ring_start(300);
    ring_put_checked("hello", 5, 5, "it was limited by something else than the room");
    ring_put_checked(", world\n", 8, 8, "it was limited by something else than the room");
}

static void nothing(void)
{
    ring_start(300);
    ring_put_checked("", 0, 0, "a length of 0 is allowed, and nothing is put");
}

static void ring_wrap(void)
{
    ring_start(RING_SIZE - 10);
    ring_put_checked(ring_text(100, 1), 100, 100, "the ring's end is not the end of the room");
}

static void index_wrap(void)
{
    ring_start(UINT32_MAX - 9);
    ring_put_checked(ring_text(100, 2), 100, 100,
                     "the indices wrap at 2^32: compare their difference only");
    ring_put_checked(ring_text(100, 3), 100, 100,
                     "the indices wrap at 2^32: compare their difference only");
}

static void full(void)
{
    ring_start(1000);
    ring_put_checked(ring_text(3 * RING_SIZE, 4), 3 * RING_SIZE, RING_SIZE, LIMITED);
    ring_put_checked("more", 4, 0, LIMITED);
    xenconsoled_read(&reader, 3);
    ring_put_checked("more", 4, 3, LIMITED);
}

static void hostile(void)
{
    static const uint32_t lies[] = {1, 0x1000, 0x7fffffff, 0x80000000, 0xfffff000};

    for (size_t i = 0; i < ARRAY_LENGTH(lies); i++) {
        ring_start(5000);
        ring->out_cons = ring->out_prod + lies[i];
        ring_put_checked("secret", 6, 0,
                         "the reader's index was believed: with a lie there is no room");
    }
}

/* Somebody writes and somebody reads, a bit at a time; in the end all has come through in order. */
static void random_steps(void)
{
    static char sent[sizeof reader.log];
    struct random random = random_start(test_seed());
    size_t length = 0;

    ring_start((uint32_t)random_next(&random));
    for (unsigned i = 0; i < 200; i++) {
        size_t used = ring->out_prod - ring->out_cons;
        size_t wanted = random_below(&random, random_below(&random, 8) == 0 ? 2 * RING_SIZE : 200);
        size_t fits = wanted < RING_SIZE - used ? wanted : RING_SIZE - used;
        const char *words = ring_text(wanted, 1000 + i);

        fits = ring_put_checked(words, wanted, fits, LIMITED);
        memcpy(sent + length, words, fits);
        length += fits;
        xenconsoled_read(&reader, random_below(&random, 300));
    }
    xenconsoled_read(&reader, RING_SIZE);
    CHECK(reader.length == length && memcmp(reader.log, sent, length) == 0,
          .rule = "what is put comes out, all of it and in order",
          .did = text("put %zu bytes in 200 steps, and %zu others were read (seed %lu)%s", length,
                      reader.length, (unsigned long)test_seed(), build->name),
          .expected = "the same bytes", .usually = "bytes were overwritten before they were read",
          .where = (const void *)build->put);
}

static void test_bytes(void)
{
    ring_for_each_build(bytes);
}

static void test_nothing(void)
{
    ring_for_each_build(nothing);
}

static void test_ring_wrap(void)
{
    ring_for_each_build(ring_wrap);
}

static void test_index_wrap(void)
{
    ring_for_each_build(index_wrap);
}

static void test_full(void)
{
    ring_for_each_build(full);
}

static void test_hostile(void)
{
    ring_for_each_build(hostile);
}

static void test_random(void)
{
    ring_for_each_build(random_steps);
}

static void test_published_last(void)
{
    ring_for_each_build(put_order_published_last);
}

static void test_one_look(void)
{
    ring_for_each_build(put_order_one_look);
}

CU_TestInfo put_tests[] = {
    {"bytes", test_bytes},
    {"nothing", test_nothing},
    {"ring_wrap", test_ring_wrap},
    {"index_wrap", test_index_wrap},
    {"full", test_full},
    {"hostile", test_hostile},
    {"published_last", test_published_last},
    {"one_look", test_one_look},
    {"random", test_random},
    CU_TEST_INFO_NULL,
};
