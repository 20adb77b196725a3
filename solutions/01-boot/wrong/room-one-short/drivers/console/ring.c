/* The console ring's producer: see console_ring.h. Who notifies the backend and waits for it is in attach.c. */
#include <drivers/console/console_ring.h>

#include <stardust/barrier.h>
#include <stardust/lab.h>

/* The backend's index is read once, here: it can change at any time, between two reads too. */
static size_t unread(const struct xencons_interface *ring)
{
    XENCONS_RING_IDX consumer = *(const volatile XENCONS_RING_IDX *)&ring->out_cons;

    /* What it has read, it no longer looks at: only then may we write there. */
    barrier_full();
    return (XENCONS_RING_IDX)(ring->out_prod - consumer);
}

size_t console_ring_room(const struct xencons_interface *ring)
{
    size_t used = unread(ring);

    return used < sizeof(ring->out) ? sizeof(ring->out) - 1 - used : 0;
}

size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length)
{
    size_t room = console_ring_room(ring);
    XENCONS_RING_IDX producer = ring->out_prod;

    if (length > room) {
        length = room;
    }
    for (size_t i = 0; i < length; i++) {
        ring->out[MASK_XENCONS_IDX(producer + i, ring->out)] = bytes[i];
    }
    barrier_write();
    *(volatile XENCONS_RING_IDX *)&ring->out_prod = producer + (XENCONS_RING_IDX)length;
    return length;
}

bool console_ring_drained(const struct xencons_interface *ring)
{
    return unread(ring) == 0;
}
