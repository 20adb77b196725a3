/* The console ring's producer: one byte, one index, until nothing is left or nothing fits. */
#include <drivers/console/console_ring.h>

#include <stardust/barrier.h>

static uint32_t distance(const struct xencons_interface *ring)
{
    const volatile struct xencons_interface *shared = ring;
    uint32_t distance = shared->out_prod - shared->out_cons;

    barrier_full();
    return distance;
}

size_t console_ring_room(const struct xencons_interface *ring)
{
    uint32_t used = distance(ring);

    if (used > 2048) {
        return 0;
    }
    return 2048 - used;
}

size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length)
{
    volatile struct xencons_interface *shared = ring;
    size_t room = console_ring_room(ring);
    size_t put = 0;

    while (put < length && put < room) {
        shared->out[shared->out_prod & 2047] = bytes[put++];
        barrier_write();
        shared->out_prod++;
    }
    return put;
}

bool console_ring_drained(const struct xencons_interface *ring)
{
    return distance(ring) == 0 ? true : false;
}
