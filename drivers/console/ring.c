/* The console ring's producer: see console_ring.h. Who notifies the backend and waits for it is in attach.c. */
#include <drivers/console/console_ring.h>

#include <stardust/barrier.h>
#include <stardust/bytes.h>
#include <stardust/lab.h>

#ifdef SOLUTION_BOOT
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

    return used <= sizeof(ring->out) ? sizeof(ring->out) - used : 0;
}
#else
size_t console_ring_room(const struct xencons_interface *ring)
{
    LAB_TODO(boot, "1.3", "how many bytes of the ring may be written now?");
}
#endif

#ifdef SOLUTION_BOOT
size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length)
{
    size_t room = console_ring_room(ring);
    XENCONS_RING_IDX producer = ring->out_prod;
    size_t at = MASK_XENCONS_IDX(producer, ring->out);
    size_t before_end = sizeof(ring->out) - at;

    if (length > room) {
        length = room;
    }
    if (length <= before_end) {
        memcpy(ring->out + at, bytes, length);
    } else {
        memcpy(ring->out + at, bytes, before_end);
        memcpy(ring->out, bytes + before_end, length - before_end);
    }
    barrier_write();
    *(volatile XENCONS_RING_IDX *)&ring->out_prod = producer + (XENCONS_RING_IDX)length;
    return length;
}
#else
size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length)
{
    LAB_TODO(boot, "1.4", "copy the bytes that fit, then let the backend see them");
}
#endif

#ifdef SOLUTION_BOOT
bool console_ring_drained(const struct xencons_interface *ring)
{
    return unread(ring) == 0;
}
#else
bool console_ring_drained(const struct xencons_interface *ring)
{
    LAB_TODO(boot, "1.5", "has the backend read everything?");
}
#endif
