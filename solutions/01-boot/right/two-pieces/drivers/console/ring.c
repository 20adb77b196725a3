/* The console ring's producer: at most two copies, and an index stored with release order. */
#include <drivers/console/console_ring.h>

#include <stardust/bytes.h>

#define SIZE sizeof(((struct xencons_interface *)0)->out)

static uint32_t consumer(const struct xencons_interface *ring)
{
    return __atomic_load_n(&ring->out_cons, __ATOMIC_SEQ_CST);
}

size_t console_ring_room(const struct xencons_interface *ring)
{
    uint32_t end = consumer(ring) + (uint32_t)SIZE; /* the first index that may not be written */
    uint32_t room = end - ring->out_prod;

    return room > SIZE ? 0 : room;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length)
{
    size_t count = smaller(length, console_ring_room(ring));
    size_t at = ring->out_prod % SIZE;
    size_t before_the_end = smaller(count, SIZE - at);

    memcpy(ring->out + at, bytes, before_the_end);
    memcpy(ring->out, bytes + before_the_end, count - before_the_end);
    __atomic_store_n(&ring->out_prod, ring->out_prod + (uint32_t)count, __ATOMIC_RELEASE);
    return count;
}

bool console_ring_drained(const struct xencons_interface *ring)
{
    return consumer(ring) == ring->out_prod;
}
