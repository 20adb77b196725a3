/* What the reader of the ring may see at each moment: see put_order.h. */
#include "put_order.h"

#include <string.h>

#include <tests/fakexen/watch.h>

#include "ring.h"

#define LENGTH 300

static const char *words;
static uint32_t began; /* out_prod before */
static unsigned looks;

static void begin(uint32_t start, size_t unread)
{
    ring_start(start);
    ring_fill(unread);
    words = ring_text(LENGTH, 5);
    began = ring->out_prod;
    looks = 0;
}

static bool touches(const struct watch_access *access, size_t field)
{
    return access->offset / sizeof(uint32_t) == field / sizeof(uint32_t);
}

/* After each write: a reader that looks now reads everything below out_prod. */
static void check_published(const struct watch_access *access)
{
    uint32_t published = ring->out_prod - began;

    CHECK(published <= LENGTH, .rule = "out_prod counts the bytes put so far " RING_RULES,
          .did = text("out_prod went from %u to %u while %d bytes were put%s", began,
                      ring->out_prod, LENGTH, build->name),
          .expected = text("at most %u", began + LENGTH),
          .usually = "the index is masked where it is stored",
          .where = (const void *)access->place);
    for (uint32_t i = 0; i < published; i++) {
        CHECK(ring->out[(began + i) % RING_SIZE] == words[i],
              .rule = "the reader must never see the new out_prod before the bytes "
                      "(drivers/console/console_ring.h)",
              .did = text("out_prod says that %u bytes are there, and byte %u is not yet%s",
                          published, i, build->name),
              .expected = "every byte in its place before the index that covers it is stored",
              .usually = "out_prod is stored before the copy, or nothing keeps the compiler from "
                         "moving the store: "
                         "barrier_write() belongs between the two",
              .where = (const void *)access->place);
    }
}

void put_order_published_last(void)
{
    begin(RING_SIZE - 100, 0);
    memset(ring->out, 0, sizeof ring->out);
    watch_begin(ring, NULL, check_published);
    build->put(ring, words, LENGTH);
    watch_end();
    CHECK(ring->out_prod == began + LENGTH,
          .rule = "what was put is published before console_ring_put() returns",
          .did = text("out_prod is %u%s", ring->out_prod, build->name),
          .expected = text("%u", began + LENGTH), .usually = "out_prod is not stored",
          .where = (const void *)build->put);
}

static void count_look(const struct watch_access *access)
{
    looks += !access->write && touches(access, offsetof(struct xencons_interface, out_cons));
    CHECK(looks <= 1,
          .rule = "the reader's index is read once, and the value that was checked is the one that "
                  "is used",
          .did = text("console_ring_put() read out_cons a second time: it may have changed since "
                      "it was checked%s",
                      build->name),
          .expected = "one read, kept in a variable of one's own",
          .usually = "out_cons is named in two places, or not read as volatile",
          .where = (const void *)access->place);
}

void put_order_one_look(void)
{
    begin(900, RING_SIZE - 100);
    watch_begin(ring, count_look, NULL);
    build->put(ring, words, LENGTH);
    watch_end();
    CHECK(looks == 1, .rule = "how many bytes fit follows from the reader's index",
          .did = text("console_ring_put() never read out_cons%s", build->name),
          .expected = "one read of it",
          .usually = "the bytes are put whether there is room for them or not",
          .where = (const void *)build->put);
}
