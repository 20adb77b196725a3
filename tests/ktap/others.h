/*
 * What a guest does with grants, xenstore and a device in lab 6, as it follows from the seed: the guest does it, and the grader
 * computes what must come of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define OTHERS_PAGES       48   /* granted and mapped at the same time */
#define OTHERS_SLOTS       24   /* grants of which each is given, mapped, unmapped and revoked */
#define OTHERS_MOVES       800  /* in a random order */
#define OTHERS_ROWS_LEAST  700  /* more than fit into one page of the table */
#define OTHERS_ROWS_MOST   2800 /* in some pages of it */
#define OTHERS_ROW_PAGES   16   /* of memory, that all these rows grant */
#define OTHERS_ROW_STEP    29   /* each so many rows one is mapped */
#define OTHERS_LATE        12   /* pages that are freed while they are mapped */
#define OTHERS_WIRE_MOVES  600
#define OTHERS_RING        1024 /* bytes of a xenstore ring */
#define OTHERS_PIECE       400  /* bytes that are put at once, at most */
#define OTHERS_NUMBERS     300
#define OTHERS_NUMBER_SIZE 32
#define OTHERS_NODES       20
#define OTHERS_LONGEST     2000 /* bytes in a node: more than a ring holds */
#define OTHERS_TURNS       2    /* the device connects so often */

/* Errors as Xen numbers them (xen/errno.h), which the grader does not know by name. */
#define OTHERS_EBUSY  16
#define OTHERS_EINVAL 22

/** What is done with a grant. */
enum others_move { MOVE_GIVE, MOVE_MAP, MOVE_UNMAP, MOVE_REVOKE, MOVES };

/** A grant, between moves. */
struct others_slot {
    bool given, read_only, mapped;
};

/** Does the move with the grant in `slot`, and returns what comes of it. `write`: MOVE_GIVE and MOVE_MAP, not to read only. */
typedef int others_mover(unsigned slot, enum others_move move, bool write);

/* Can it be tried at all? */
static inline bool others_possible(const struct others_slot *s, enum others_move move)
{
    switch (move) {
    case MOVE_GIVE:
        return !s->given;
    case MOVE_MAP:
        return s->given && !s->mapped;
    case MOVE_UNMAP:
        return s->mapped;
    default:
        return s->given;
    }
}

/* Keep account of a move that has worked. */
static inline void others_moved(struct others_slot *s, enum others_move move, bool write)
{
    s->mapped = move == MOVE_MAP || (s->mapped && move != MOVE_UNMAP);
    s->read_only = move == MOVE_GIVE ? !write : s->read_only;
    s->given = move == MOVE_GIVE || (s->given && move != MOVE_REVOKE);
}

/** Many moves with a few grants; in the end all are given back. Returns what came of them. */
static inline uint64_t others_moves(uint64_t seed, others_mover *do_move,
                                    struct others_slot slots[OTHERS_SLOTS])
{
    struct random random = random_start(~seed);
    uint64_t hash = seed;

    for (unsigned i = 0; i < OTHERS_MOVES; i++) {
        unsigned slot = (unsigned)random_below(&random, OTHERS_SLOTS);
        enum others_move move = (enum others_move)random_below(&random, MOVES);
        bool write = random_below(&random, 3) > 0;

        if (others_possible(&slots[slot], move)) {
            int result = do_move(slot, move, write);

            hash = random_fold(hash, (uint64_t)(int64_t)result);
            if (result == 0) {
                others_moved(&slots[slot], move, write);
            }
        }
    }
    return hash;
}

/** How many rows are granted at the same time. */
static inline unsigned others_rows(uint64_t seed)
{
    return OTHERS_ROWS_LEAST +
           (unsigned)(random_word(seed, "rows", 0) % (OTHERS_ROWS_MOST - OTHERS_ROWS_LEAST));
}

/** Which page row `i` of them grants. */
static inline unsigned others_row_page(uint64_t seed, unsigned i)
{
    return (unsigned)(random_word(seed, "row", i) % OTHERS_ROW_PAGES);
}

/** What is read in the rows that are mapped. */
static inline uint64_t others_rows_sum(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < others_rows(seed); i += OTHERS_ROW_STEP) {
        hash = random_fold(hash, random_word(seed, "row page", others_row_page(seed, i)));
    }
    return hash;
}

/** The page of a xenstore ring, as the public header xen/io/xs_wire.h has it, up to what is not needed here. */
struct others_ring {
    char req[OTHERS_RING], rsp[OTHERS_RING];
    uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
};

/** Puts bytes into the ring, and takes some out, as the guest does. Each returns how many. */
struct others_wire {
    int (*put)(const char *bytes, size_t length);
    int (*get)(char *bytes, size_t length);
};

/* At the other end: read some of the requests. */
static inline uint64_t others_read(struct others_ring *ring, struct random *random, uint64_t hash)
{
    uint64_t most = random_below(random, OTHERS_PIECE);

    for (; most > 0 && ring->req_cons != ring->req_prod; most--) {
        hash = random_fold(hash, (unsigned char)ring->req[ring->req_cons++ % OTHERS_RING]);
    }
    return hash;
}

/* Write some answers. */
static inline void others_write(struct others_ring *ring, struct random *random)
{
    uint64_t most = random_below(random, OTHERS_PIECE);

    for (; most > 0 && ring->rsp_prod - ring->rsp_cons < OTHERS_RING; most--) {
        ring->rsp[ring->rsp_prod++ % OTHERS_RING] = (char)random_next(random);
    }
}

/** Many pieces through both rings, which begin at any index. Returns what came of it. */
static inline uint64_t others_wire_moves(uint64_t seed, struct others_ring *ring,
                                         const struct others_wire *wire)
{
    struct random random = random_start(seed);
    char bytes[OTHERS_PIECE];
    uint64_t hash = seed;

    for (unsigned i = 0; i < OTHERS_WIRE_MOVES; i++) {
        for (unsigned k = 0; k < sizeof bytes; k++) {
            bytes[k] = (char)random_next(&random);
        }
        hash =
            random_fold(hash, (uint64_t)wire->put(bytes, random_below(&random, sizeof bytes + 1)));
        hash = others_read(ring, &random, hash);
        others_write(ring, &random);
        int got = wire->get(bytes, random_below(&random, sizeof bytes + 1));

        hash = random_fold(hash, (uint64_t)got);
        for (int k = 0; k < got; k++) {
            hash = random_fold(hash, (unsigned char)bytes[k]);
        }
    }
    return hash;
}

/** Where both rings begin. */
static inline uint32_t others_ring_start(uint64_t seed, unsigned which)
{
    return (uint32_t)random_word(seed, "ring", which) | 0xfffff000;
}

/** A text that may be a number: `length` characters of `text`. Returns whether it is one, and which. */
static inline bool others_number(uint64_t seed, unsigned i, char text[OTHERS_NUMBER_SIZE],
                                 size_t *length, uint64_t *number)
{
    struct random random = random_start(random_word(seed, "number", i));
    unsigned kind = (unsigned)random_below(&random, 4), base = kind % 2 == 0 ? 10 : 16;
    char digits[OTHERS_NUMBER_SIZE];
    size_t count = 0, at = 0;

    *number = random_next(&random) >> random_below(&random, 60);
    for (uint64_t left = *number; left > 0 || count == 0; left /= base) {
        digits[count++] = "0123456789abcdef"[left % base];
    }
    if (base == 16) {
        text[at++] = '0';
        text[at++] = 'x';
    }
    while (count > 0) {
        text[at++] = digits[--count];
    }
    *length = at;
    if (kind >= 2 && random_below(&random, 2) == 0) {
        text[*length - 1] = "g /:.-"[random_below(&random, 6)];
        return false;
    }
    return true;
}

/** How many bytes node number `i` has. Some have none, some more than the ring. */
static inline size_t others_node_length(uint64_t seed, unsigned i)
{
    return random_word(seed, "length", i) % (i % 3 == 0 ? OTHERS_LONGEST + 1 : 40);
}

/** Byte number `at` in it. */
static inline char others_node_byte(uint64_t seed, unsigned i, size_t at)
{
    return "0123456789abcdef"[random_word(seed, "byte", ((uint64_t)i << 32) + at / 16) >>
                                  at % 16 * 4 &
                              15];
}

/** All nodes, byte by byte. */
static inline uint64_t others_nodes_sum(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < OTHERS_NODES; i++) {
        hash = random_fold(hash, others_node_length(seed, i));
        for (size_t at = 0; at < others_node_length(seed, i); at++) {
            hash = random_fold(hash, (unsigned char)others_node_byte(seed, i, at));
        }
    }
    return hash;
}

/** The number that the last 16 of OTHERS_LONGEST bytes of the node `i` are, in hexadecimal. */
static inline uint64_t others_long_tail(uint64_t seed, unsigned i)
{
    uint64_t number = 0;

    for (size_t at = OTHERS_LONGEST - 16; at < OTHERS_LONGEST; at++) {
        char c = others_node_byte(seed, i, at);

        number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return number;
}

/** What dom0 makes of a word: its hexadecimal digits, the last one first. */
static inline uint64_t others_reversed(uint64_t word)
{
    uint64_t reversed = 0;

    for (int i = 0; i < 16; i++, word >>= 4) {
        reversed = reversed << 4 | (word & 15);
    }
    return reversed;
}

/** The functions of a driver, in the order in which they are called in a device's life. */
enum others_call {
    CALL_PROBE = 1,
    CALL_CONNECT,
    CALL_PUBLISH,
    CALL_CONNECTED,
    CALL_STOP,
    CALL_DISCONNECT,
    CALL_REMOVED
};

/** A device that connects OTHERS_TURNS times. */
static inline uint64_t others_calls(uint64_t seed)
{
    uint64_t hash = random_fold(seed, CALL_PROBE);

    for (unsigned turn = 0; turn < OTHERS_TURNS; turn++) {
        for (unsigned call = CALL_CONNECT; call <= CALL_DISCONNECT; call++) {
            hash = random_fold(hash, call);
        }
    }
    return random_fold(hash, CALL_REMOVED);
}

/** What the backend offers in all its turns. */
static inline uint64_t others_offers(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned turn = 0; turn < OTHERS_TURNS; turn++) {
        hash = random_fold(hash, others_reversed(random_word(seed, "device", turn)));
    }
    return hash;
}

/** The device's states as dom0 sees them, a digit each: published, connected, closed; and in the end ready to begin anew. */
#define OTHERS_STATES 0x346341
