/* Exercise 6.5: messages through the ring, in pieces. */
#include "wire_around.h"

#include <string.h>

#include "suites.h"

#define HEADER sizeof(struct xsd_sockmsg)

static struct xenstore_message message;
static char seen[HEADER + XENSTORE_PAYLOAD_MAX];

/* A message of `length` bytes, and its image as it must go through the ring. */
static const char *make(struct xenstore_message *m, uint32_t length, uint64_t salt)
{
    static char image[sizeof seen];

    m->done = 0;
    m->header = (struct xsd_sockmsg){XS_WRITE, 77, 5, length};
    memcpy(m->payload, wire_bytes(length, salt), length);
    memcpy(image, &m->header, HEADER);
    memcpy(image + HEADER, m->payload, length);
    return image;
}

static void check_event(unsigned long before, bool moved, const char *what, const void *where)
{
    unsigned long sent = wire_events() - before;

    CHECK(moved ? sent == 1 : sent == 0,
          .rule = "xenstored hears of bytes that were put, and of bytes that were taken, by an "
                  "event; when nothing moved there is none " RING_TEXT,
          .did = text("sent %lu events after %s %s%s", sent,
                      moved ? "some bytes were" : "nothing was", what, build->name),
          .expected = moved ? "one event, after the index was stored" : "none",
          .usually =
              "event_notify() is missing, or comes for nothing; xenstored may wait for room as "
              "well as for bytes (handout 6.5)",
          .where = where);
}

static void check_result(int result, int expected, const char *usually, const void *where)
{
    CHECK(result == expected, .rule = "0: all of it; -XEN_EAGAIN: there is more to come " WIRE,
          .did = text("returned %s with %zu bytes of the message done%s", wire_result(result),
                      message.done, build->name),
          .expected = wire_result(expected), .usually = usually, .where = where);
}

/* Send, with xenstored reading up to `most` bytes after each call. */
static void send_all(uint32_t length, size_t most, struct random *random)
{
    const char *image = make(&message, length, length);
    size_t sent = 0, read = 0;

    while (sent < HEADER + length) {
        size_t room = RING - wire_unread();
        size_t piece = HEADER + length - sent < room ? HEADER + length - sent : room;
        unsigned long events = wire_events();
        int result = build->send(&wire, &message);

        sent += piece;
        check_event(events, piece > 0, "put", (const void *)build->send);
        check_result(result, sent == HEADER + length ? 0 : -XEN_EAGAIN,
                     "the rest of the message was forgotten, or sent again (handout 6.5)",
                     (const void *)build->send);
        piece = random_below(random, most + 1);
        piece = piece < wire_unread() ? piece : wire_unread();
        wire_server_read(seen + read, piece);
        read += piece;
    }
    wire_server_read(seen + read, wire_unread());
    CHECK(memcmp(seen, image, HEADER + length) == 0,
          .rule = "a message is its header and header.len bytes, in one stream " WIRE,
          .did = text("sent a message of %u bytes that arrived as something else%s", length,
                      build->name),
          .expected = "the same bytes",
          .usually = "a piece began at the wrong byte: `done` counts the header too (handout 6.5)",
          .where = (const void *)build->send);
}

static void send_whole(void)
{
    struct random random = random_start(test_seed());

    wire_start(RING - 20, 0);
    send_all(100, RING, &random);
    send_all(0, RING, &random);
}

static void send_pieces(void)
{
    struct random random = random_start(test_seed());

    wire_start(UINT32_MAX - 2000, 0);
    send_all(XENSTORE_PAYLOAD_MAX, RING, &random);
    send_all(XENSTORE_PAYLOAD_MAX, 40, &random);
    send_all(1100, 10, &random);
}

static void send_broken(void)
{
    wire_start(0, 0);
    make(&message, 10, 1);
    ring->req_cons = 1;
    check_result(build->send(&wire, &message), -XEN_EIO,
                 "what xenstore_ring_put() says was not looked at (handout 6.5)",
                 (const void *)build->send);
}

static void check_received(const char *image, uint32_t length)
{
    CHECK(memcmp(&message.header, image, HEADER) == 0 &&
              memcmp(message.payload, image + HEADER, length) == 0,
          .rule = "a message is its header and header.len bytes, in one stream " WIRE,
          .did = text("received a message of %u bytes as something else%s", length, build->name),
          .expected = "the same bytes",
          .usually =
              "a piece was put at the wrong byte: `done` counts the header too (handout 6.5)",
          .where = (const void *)build->receive);
    CHECK(message.payload[length] == '\0',
          .rule = "a NUL follows what was received, so that text has an end, whatever came " WIRE,
          .did = text("left 0x%02x behind a payload of %u bytes%s",
                      (unsigned char)message.payload[length], length, build->name),
          .expected = "0", .usually = "payload[header.len] was not set (handout 6.5)",
          .where = (const void *)build->receive);
}

/* Receive, with xenstored writing up to `most` bytes before each call; another message follows at once. */
static void receive_all(uint32_t length, size_t most, struct random *random)
{
    static struct xenstore_message source;
    const char *image = make(&source, length, length + 1);
    size_t written = 0, total = HEADER + length;

    memset(message.payload, 0x5a, sizeof message.payload);
    message.done = 0;
    for (int result = -XEN_EAGAIN; result != 0;) {
        unsigned long events = wire_events();
        size_t piece = random_below(random, most + 1), fresh;

        piece = piece < total - written ? piece : total - written;
        fresh = wire_server_write(image + written, piece);
        written += fresh;
        result = build->receive(&wire, &message);
        check_event(events, fresh > 0, "taken", (const void *)build->receive);
        check_result(result, written == total ? 0 : -XEN_EAGAIN,
                     "the length counts only when the whole header is there (handout 6.5)",
                     (const void *)build->receive);
    }
    check_received(image, length);
}

static void receive_pieces(void)
{
    struct random random = random_start(test_seed());

    wire_start(0, UINT32_MAX - 3000);
    receive_all(100, RING, &random);
    receive_all(0, 3, &random);
    receive_all(XENSTORE_PAYLOAD_MAX, RING, &random);
    receive_all(700, 5, &random);
}

/* Two that came together are two. */
static void receive_two(void)
{
    static struct xenstore_message source;

    wire_start(0, 500);
    for (uint32_t i = 1; i <= 2; i++) {
        wire_server_write(make(&source, 50 * i, i), HEADER + 50 * i);
    }
    for (uint32_t i = 1; i <= 2; i++) {
        message.done = 0;
        check_result(build->receive(&wire, &message), 0,
                     "bytes of the next message were taken with those of this one (handout 6.5)",
                     (const void *)build->receive);
        check_received(make(&source, 50 * i, i), 50 * i);
    }
}

static void receive_long(void)
{
    static const uint32_t lengths[] = {XENSTORE_PAYLOAD_MAX + 1, 0x7fffffff, 0xfffffff0,
                                       0xffffffff};

    for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
        struct xsd_sockmsg header = {XS_READ, 1, 0, lengths[i]};

        wire_start(0, 500);
        message.done = 0;
        wire_server_write((const char *)&header, HEADER);
        wire_server_write(wire_bytes(RING, 1), RING - HEADER);
        check_result(
            build->receive(&wire, &message), -XEN_EIO,
            "header.len is xenstored's word: it is checked before it is used (handout 6.5)",
            (const void *)build->receive);
    }
}

static void receive_broken(void)
{
    wire_start(0, 0);
    message.done = 0;
    ring->rsp_prod = XENSTORE_RING_SIZE + 1;
    check_result(build->receive(&wire, &message), -XEN_EIO,
                 "what xenstore_ring_get() says was not looked at (handout 6.5)",
                 (const void *)build->receive);
}

static void test_send_whole(void)
{
    wire_for_each_build(send_whole);
}

static void test_send_pieces(void)
{
    wire_for_each_build(send_pieces);
}

static void test_send_broken(void)
{
    wire_for_each_build(send_broken);
}

static void test_receive_pieces(void)
{
    wire_for_each_build(receive_pieces);
}

static void test_receive_two(void)
{
    wire_for_each_build(receive_two);
}

static void test_receive_long(void)
{
    wire_for_each_build(receive_long);
}

static void test_receive_broken(void)
{
    wire_for_each_build(receive_broken);
}

CU_TestInfo message_tests[] = {
    {"send_whole", test_send_whole},         {"send_pieces", test_send_pieces},
    {"send_broken", test_send_broken},       {"receive_pieces", test_receive_pieces},
    {"receive_two", test_receive_two},       {"receive_long", test_receive_long},
    {"receive_broken", test_receive_broken}, CU_TEST_INFO_NULL,
};
