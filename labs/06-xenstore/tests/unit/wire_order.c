/* What xenstored may see of the ring at each moment, and we of it: the order of accesses (exercise 6.4). */
#include "wire_around.h"

#include <string.h>

#include "suites.h"

enum { LENGTH = 300 };

static const char *words;
static uint32_t began;
static unsigned looks;
static size_t watched_field;

static bool touches(const struct watch_access *access, size_t field)
{
    return access->offset / sizeof(uint32_t) == field / sizeof(uint32_t);
}

/* After each access: an xenstored that looks now reads everything below req_prod. */
static void check_published(const struct watch_access *access)
{
    uint32_t published = ring->req_prod - began;

    for (uint32_t i = 0; i < published && i < LENGTH; i++) {
        CHECK(ring->req[(began + i) % RING] == words[i],
              .rule = "xenstored must never see the new req_prod before the bytes " WIRE,
              .did = text("req_prod says that %u bytes are there, and byte %u is not yet%s",
                          published, i, build->name),
              .expected = "every byte in its place before the index that covers it is stored",
              .usually = "req_prod is stored before the copy, or nothing keeps the compiler from "
                         "moving the store: barrier_write() belongs between the two (handout 6.4)",
              .where = (const void *)access->place);
    }
}

void wire_order_put(void)
{
    wire_start((uint32_t)RING - 100, 0);
    words = wire_bytes(LENGTH, 5);
    began = wire.req_prod;
    memset(ring->req, 0, sizeof ring->req);
    watch_begin(ring, NULL, check_published);
    build->put(&wire, words, LENGTH);
    watch_end();
    CHECK(ring->req_prod == began + LENGTH,
          .rule = "what was put is published before xenstore_ring_put() returns " WIRE,
          .did = text("req_prod is %u%s", ring->req_prod, build->name),
          .expected = text("%u", began + LENGTH), .usually = "req_prod is not stored",
          .where = (const void *)build->put);
}

/* The other side's index: the first time it makes sense, after that it does not. */
static void change_after_look(const struct watch_access *access)
{
    if (!access->write && touches(access, watched_field)) {
        looks++;
        *(uint32_t *)((char *)ring + watched_field) += 100000;
    }
}

static void check_looks(const char *name, const void *where)
{
    CHECK(looks == 1,
          .rule = text("%s can change at any time: what was checked is what is used", name),
          .did = text("read it %u times%s", looks, build->name),
          .expected = "one read, kept in a variable of one's own",
          .usually = text("%s is named in two places, or not read as volatile (handout 6.4)", name),
          .where = where);
}

void wire_order_put_look(void)
{
    looks = 0;
    watched_field = offsetof(struct xenstore_domain_interface, req_cons);
    wire_start(900, 0);
    watch_begin(ring, NULL, change_after_look);
    build->put(&wire, wire_bytes(LENGTH, 6), LENGTH);
    watch_end();
    check_looks("req_cons", (const void *)build->put);
}

void wire_order_get_look(void)
{
    static char bytes[LENGTH];

    looks = 0;
    watched_field = offsetof(struct xenstore_domain_interface, rsp_prod);
    wire_start(0, 900);
    wire_server_write(wire_bytes(100, 6), 100);
    watch_begin(ring, NULL, change_after_look);
    build->get(&wire, bytes, LENGTH);
    watch_end();
    check_looks("rsp_prod", (const void *)build->get);
}

/* As soon as rsp_cons says that there is room, xenstored uses it. */
static void overwrite(const struct watch_access *access)
{
    if (access->write && touches(access, offsetof(struct xenstore_domain_interface, rsp_cons))) {
        for (uint32_t i = began; i != ring->rsp_cons; i++) {
            ring->rsp[i % RING] = (char)~ring->rsp[i % RING];
        }
        began = ring->rsp_cons;
    }
}

void wire_order_get(void)
{
    static char bytes[LENGTH];

    wire_start(0, (uint32_t)RING - 100);
    words = wire_bytes(LENGTH, 7);
    wire_server_write(words, LENGTH);
    began = wire.rsp_cons;
    watch_begin(ring, NULL, overwrite);
    build->get(&wire, bytes, LENGTH);
    watch_end();
    CHECK(memcmp(bytes, words, LENGTH) == 0,
          .rule = "xenstored may write where rsp_cons says that all was read: so it is read before "
                  "that " WIRE,
          .did = text("took bytes that xenstored wrote after rsp_cons was stored%s", build->name),
          .expected = "rsp_cons is stored behind the last copy",
          .usually =
              "rsp_cons is stored before the copy, or nothing keeps the compiler from moving "
              "the store: barrier_full() belongs between the two (handout 6.4)",
          .where = (const void *)build->get);
}
