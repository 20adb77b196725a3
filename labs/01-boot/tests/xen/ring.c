/* The student's ring functions on a ring of our own: see ring.h. */
#include "ring.h"

#include <drivers/console/console_ring.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ring.h>

_Static_assert(sizeof(struct ring) == sizeof(struct xencons_interface) &&
                   offsetof(struct ring, consumer) ==
                       offsetof(struct xencons_interface, out_cons) &&
                   offsetof(struct ring, producer) == offsetof(struct xencons_interface, out_prod),
               "struct ring has the layout of Xen's header");

/* One memory, seen by both names. */
static union {
    struct ring ours;
    struct xencons_interface xens;
} shared;

static size_t room(const struct ring *ring)
{
    (void)ring;
    return console_ring_room(&shared.xens);
}

static size_t put(struct ring *ring, const char *bytes, size_t length)
{
    (void)ring;
    return console_ring_put(&shared.xens, bytes, length);
}

static bool drained(const struct ring *ring)
{
    (void)ring;
    return console_ring_drained(&shared.xens);
}

static const struct ring_functions functions = {room, put, drained};

void report_ring_values(void)
{
    uint64_t seed = guest_report_seed();

    guest_report_value("room", ring_value_room(&functions, &shared.ours, seed));
    guest_report_value("put", ring_value_put(&functions, &shared.ours, seed));
}

void report_drained_value(void)
{
    guest_report_value("drained",
                       ring_value_drained(&functions, &shared.ours, guest_report_seed()));
}
