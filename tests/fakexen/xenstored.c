/* The ring's end of the fake xenstored, its answers, and its malice: see xenstored.h. What it answers is in xenstored_answer.c. */
#include "xenstored.h"

#include <stdlib.h>
#include <string.h>

#include <tests/ktap/random.h>

#include "xenstored_answer.h"

enum { WAITING_MAX = 64 };

/* Answers and events that have not begun to go out, and the one that has. */
static struct xenstored_message *waiting[WAITING_MAX];
static unsigned waiting_count;
static struct xenstored_message *outgoing;
static size_t outgoing_done;

static struct xenstored_message incoming;
static size_t incoming_done;

static struct xenstore_domain_interface *ring;
static struct random numbers;
static enum xenstored_malice malice;

static size_t size_of(const struct xenstored_message *m)
{
    return sizeof m->header + m->header.len;
}

static uint32_t any(uint32_t limit)
{
    return (uint32_t)random_below(&numbers, limit);
}

static void forget_messages(void)
{
    while (waiting_count > 0) {
        free(waiting[--waiting_count]);
    }
    free(outgoing);
    outgoing = NULL;
    incoming_done = 0;
}

void xenstored_start(struct xenstore_domain_interface *its_ring, uint64_t seed)
{
    numbers = random_start(seed);
    malice = XENSTORED_HONEST;
    answer_start();
    forget_messages();
    ring = its_ring;
}

void xenstored_reconnect(struct xenstore_domain_interface *its_ring)
{
    answer_forget_guest();
    forget_messages();
    ring = its_ring;
}

void xenstored_set_malice(enum xenstored_malice what)
{
    malice = what;
}

void xenstored_queue(const struct xenstored_message *message)
{
    struct xenstored_message *copy;

    if (waiting_count == WAITING_MAX) {
        return;
    }
    copy = malloc(sizeof *copy);
    *copy = *message;
    waiting[waiting_count++] = copy;
}

/* What is wrong with an answer of a hostile one. */
static void spoil(struct xenstored_message *m)
{
    switch (malice) {
    case XENSTORED_WRONG_ID:
        m->header.req_id += 1000000 + any(1000000);
        break;
    case XENSTORED_WRONG_TYPE:
        m->header.type = any(2) == 0 ? any(30) : UINT32_MAX - any(10);
        break;
    case XENSTORED_WRONG_BYTES:
        m->header.len = any(XENSTORE_PAYLOAD_MAX + 1);
        for (uint32_t i = 0; i < m->header.len; i++) {
            m->payload[i] = any(4) == 0 ? '\0' : (char)any(256);
        }
        break;
    case XENSTORED_TOO_LONG:
        m->header.len = XENSTORE_PAYLOAD_MAX + 1 + any(UINT32_MAX - XENSTORE_PAYLOAD_MAX);
        break;
    default:
        break;
    }
}

/* One that is silent keeps it; events keep their order among each other, answers have none. */
static void choose_outgoing(void)
{
    unsigned i;

    if (outgoing != NULL || waiting_count == 0 || malice == XENSTORED_SILENT) {
        return;
    }
    i = any(waiting_count);
    for (unsigned first = 0; waiting[i]->header.type == XS_WATCH_EVENT && first < i; first++) {
        if (waiting[first]->header.type == XS_WATCH_EVENT) {
            i = first;
        }
    }
    outgoing = waiting[i];
    outgoing_done = 0;
    waiting_count--;
    memmove(&waiting[i], &waiting[i + 1], (waiting_count - i) * sizeof waiting[0]);
    spoil(outgoing);
}

static bool write_some(void)
{
    size_t room = XENSTORE_RING_SIZE - (ring->rsp_prod - ring->rsp_cons);
    size_t most = 1 + any(any(2) == 0 ? 20 : 1200);
    size_t limit = sizeof *outgoing;
    size_t count = 0;

    choose_outgoing();
    if (outgoing == NULL || room > XENSTORE_RING_SIZE) {
        return false;
    }
    while (count < most && count < room && outgoing_done < size_of(outgoing)) {
        ring->rsp[(ring->rsp_prod + count++) % XENSTORE_RING_SIZE] =
            ((const char *)outgoing)[outgoing_done++ % limit];
    }
    __atomic_store_n(&ring->rsp_prod, ring->rsp_prod + (uint32_t)count, __ATOMIC_RELEASE);
    if (outgoing_done == size_of(outgoing)) {
        free(outgoing);
        outgoing = NULL;
    }
    return count > 0;
}

/* As the real one does, it gives the connection up when a message is too long: then it reads no more. */
static bool read_some(void)
{
    uint32_t there = ring->req_prod - ring->req_cons;
    size_t most = 1 + any(any(2) == 0 ? 20 : 1200);
    size_t count = 0;

    if (there > XENSTORE_RING_SIZE || malice == XENSTORED_DEAF) {
        return false;
    }
    while (count < most && count < there) {
        ((char *)&incoming)[incoming_done++] =
            ring->req[(ring->req_cons + count++) % XENSTORE_RING_SIZE];
        if (incoming_done >= sizeof incoming.header && incoming_done == size_of(&incoming)) {
            incoming.payload[incoming.header.len] = '\0';
            answer(&incoming);
            incoming_done = 0;
        } else if (incoming_done == sizeof incoming.header &&
                   incoming.header.len > XENSTORE_PAYLOAD_MAX) {
            abort();
        }
    }
    __atomic_store_n(&ring->req_cons, ring->req_cons + (uint32_t)count, __ATOMIC_RELEASE);
    return count > 0;
}

/* More of them than could be kept, of any token. */
static void storm(void)
{
    struct xenstored_message event = {.header = {.type = XS_WATCH_EVENT}};

    if (waiting_count < WAITING_MAX / 2) {
        memcpy(event.payload, "/local/domain/5/some", 20);
        event.payload[20 + 1 + any(2)] = (char)('0' + any(10));
        event.header.len = 24;
        xenstored_queue(&event);
    }
}

bool xenstored_step(void)
{
    bool moved;

    if (malice == XENSTORED_STORM) {
        storm();
    }
    moved = any(2) == 0 ? read_some() | write_some() : write_some() | read_some();
    if (malice == XENSTORED_WRITE_INDEX && any(4) == 0) {
        ring->rsp_prod = ring->rsp_cons + XENSTORE_RING_SIZE + 1 + any(1u << 31);
        moved = true;
    }
    if (malice == XENSTORED_READ_INDEX && any(4) == 0) {
        ring->req_cons = ring->req_prod + 1 + any(1u << 31);
        moved = true;
    }
    return moved;
}
