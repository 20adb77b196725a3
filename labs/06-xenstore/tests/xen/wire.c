/* Exercises 6.4 and 6.6 with nobody at the ring's other end: bytes, and numbers. See parts.h. */
#include "parts.h"

#include <kernel/xen/xenstore_wire.h>

#include <stardust/print.h>

#include <tests/ktap/guest.h>

#include <xen/errno.h>

_Static_assert(OTHERS_EBUSY == XEN_EBUSY && OTHERS_EINVAL == XEN_EINVAL,
               "errors have Xen's numbers");
_Static_assert(OTHERS_RING == XENSTORE_RING_SIZE, "the ring has its size");

/* What is shared, and behind the indices what nobody looks at. */
static union {
    struct others_ring ring;
    struct xenstore_domain_interface page;
} shared;
static struct xenstore_wire wire;

static int put(const char *bytes, size_t length)
{
    return xenstore_ring_put(&wire, bytes, length);
}

static int get(char *bytes, size_t length)
{
    return xenstore_ring_get(&wire, bytes, length);
}

static uint64_t moves(uint64_t seed)
{
    static const struct others_wire functions = {put, get};
    struct others_ring *ring = &shared.ring;

    ring->req_cons = ring->req_prod = wire.req_prod = others_ring_start(seed, 0);
    ring->rsp_cons = ring->rsp_prod = wire.rsp_cons = others_ring_start(seed, 1);
    wire.ring = &shared.page;
    return others_wire_moves(seed, ring, &functions);
}

void test_numbers(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < OTHERS_NUMBERS; i++) {
        char text[OTHERS_NUMBER_SIZE];
        uint64_t number, read = 0;
        size_t length;
        int error;

        others_number(seed, i, text, &length, &number);
        error = xenstore_number(text, length, &read);
        hash = random_fold(hash, error == 0 ? read : (uint64_t)(int64_t)error);
    }
    guest_report_value("numbers_read", hash);
}

/* An index of the other side's that cannot be. */
static bool refuses_nonsense(void)
{
    char byte = 0;

    shared.ring.req_cons = wire.req_prod + 1;
    shared.ring.rsp_prod = wire.rsp_cons + XENSTORE_RING_SIZE + 1;
    return put(&byte, 1) == -XEN_EIO && get(&byte, 1) == -XEN_EIO;
}

void test_wire(uint64_t seed)
{
    guest_report_value("wire_moves", moves(seed));
    report("wire.nonsense", refuses_nonsense(),
           "an index that xenstored cannot have is refused: -XEN_EIO",
           "bytes went in or out all the same",
           "the indices are used before they are compared: see 6.4");
}
