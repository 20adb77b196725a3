/* A reader of the console ring: see xenconsoled.h. */
#include "xenconsoled.h"

void xenconsoled_attach(struct xenconsoled *x, struct xencons_interface *ring, uint32_t start)
{
    x->ring = ring;
    x->length = 0;
    ring->out_cons = start;
    ring->out_prod = start;
}

size_t xenconsoled_read(struct xenconsoled *x, size_t limit)
{
    uint32_t consumer = x->ring->out_cons;
    uint32_t waiting = __atomic_load_n(&x->ring->out_prod, __ATOMIC_ACQUIRE) - consumer;
    size_t count = waiting < limit ? waiting : limit;

    if (waiting > sizeof x->ring->out) {
        return 0;
    }
    for (size_t i = 0; i < count && x->length < sizeof x->log; i++) {
        x->log[x->length++] = x->ring->out[(consumer + i) % sizeof x->ring->out];
    }
    __atomic_store_n(&x->ring->out_cons, consumer + (uint32_t)count, __ATOMIC_RELEASE);
    return count;
}
