/* Lab 6 on a model: see others_model.h. */
#include "others_model.h"

#include <tests/ktap/others.h>

static struct others_slot slots[OTHERS_SLOTS];
static struct others_ring ring;

/* What others_moves has asked for before stands in `slots`. */
static int move(unsigned slot, enum others_move kind, bool write)
{
    if (kind == MOVE_MAP && write && slots[slot].read_only) {
        return -OTHERS_EINVAL;
    }
    return kind == MOVE_REVOKE && slots[slot].mapped ? -OTHERS_EBUSY : 0;
}

uint64_t others_model_moves(uint64_t seed)
{
    for (unsigned i = 0; i < OTHERS_SLOTS; i++) {
        slots[i] = (struct others_slot){0};
    }
    return others_moves(seed, move, slots);
}

static int put(const char *bytes, size_t length)
{
    size_t count = 0;

    while (count < length && ring.req_prod - ring.req_cons < OTHERS_RING) {
        ring.req[ring.req_prod++ % OTHERS_RING] = bytes[count++];
    }
    return (int)count;
}

static int get(char *bytes, size_t length)
{
    size_t count = 0;

    while (count < length && ring.rsp_cons != ring.rsp_prod) {
        bytes[count++] = ring.rsp[ring.rsp_cons++ % OTHERS_RING];
    }
    return (int)count;
}

uint64_t others_model_wire(uint64_t seed)
{
    static const struct others_wire wire = {put, get};

    ring = (struct others_ring){0};
    ring.req_cons = ring.req_prod = others_ring_start(seed, 0);
    ring.rsp_cons = ring.rsp_prod = others_ring_start(seed, 1);
    return others_wire_moves(seed, &ring, &wire);
}

uint64_t others_model_numbers(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < OTHERS_NUMBERS; i++) {
        char text[OTHERS_NUMBER_SIZE];
        uint64_t number;
        size_t length;
        bool good = others_number(seed, i, text, &length, &number);

        hash = random_fold(hash, good ? number : (uint64_t)-OTHERS_EINVAL);
    }
    return hash;
}
