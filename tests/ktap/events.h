/*
 * What a guest does with events, timers and threads in lab 4, as it follows from the seed: the guest does it, and the grader
 * computes what must come of it. Nothing here depends on time or on addresses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define EVENTS_PORTS    150  /* bound at the same time: more than two words of them */
#define EVENTS_SENDS    2000 /* events that are sent one by one */
#define EVENTS_ROUNDS   40   /* times that upcalls are held back, */
#define EVENTS_HELD     60   /* and events sent meanwhile */
#define EVENTS_MASKED   300  /* times that a port is masked */
#define EVENTS_CHANNELS 16   /* both of their ends ours */
#define EVENTS_TIMERS   64
#define EVENTS_SPINS    60    /* interrupted runs of code that knows all its registers */
#define EVENTS_WORDS    14    /* general registers of it */
#define EVENTS_FLAGS    0xcd5 /* CF PF AF ZF SF DF OF */
#define EVENTS_WOKEN    12
#define EVENTS_THREADS  5
#define EVENTS_SHARE    2000 /* words that each thread adds */
#define EVENTS_SLEEPERS 8
#define EVENTS_VECTORS  2  /* threads that keep something in all vector registers */
#define EVENTS_MAIN     16 /* the priority of the thread that wakes others */

/** The word number `number` of the part `part` of the test. */
static inline uint64_t events_word(uint64_t seed, const char *part, uint64_t number)
{
    return mix_bits(fnv_text(mix_bits(seed), part) + number * FNV_PRIME);
}

/** Which of `count` things number `number` of `part` is about. */
static inline unsigned events_pick(uint64_t seed, const char *part, uint64_t number, unsigned count)
{
    return (unsigned)(events_word(seed, part, number) % count);
}

/** What the handler of the port number `port` adds when it is called for the `time`-th time. */
static inline uint64_t events_handled(uint64_t seed, unsigned port, unsigned time)
{
    return events_word(seed, "handled", ((uint64_t)port << 32) + time);
}

/** Put `what` behind what `hash` stands for. */
static inline uint64_t events_fold(uint64_t hash, uint64_t what)
{
    return mix_bits(hash ^ what) * FNV_PRIME;
}

/** Add the words `part` of the numbers from `first` on. */
static inline uint64_t events_add(uint64_t seed, const char *part, uint64_t first, uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = first; i < first + count; i++) {
        sum += events_word(seed, part, i);
    }
    return sum;
}

/** All that is sent one by one is handled, and of what is sent meanwhile each port's once a round. */
static inline uint64_t events_ports_sum(uint64_t seed)
{
    unsigned times[EVENTS_PORTS] = {0};
    uint64_t sum = 0;

    for (unsigned i = 0; i < EVENTS_SENDS; i++) {
        unsigned port = events_pick(seed, "send", i, EVENTS_PORTS);

        sum += events_handled(seed, port, ++times[port]);
    }
    for (unsigned round = 0; round < EVENTS_ROUNDS; round++) {
        bool sent[EVENTS_PORTS] = {false};

        for (unsigned i = 0; i < EVENTS_HELD; i++) {
            unsigned port = events_pick(seed, "held", round * EVENTS_HELD + i, EVENTS_PORTS);

            sum += sent[port] ? 0 : events_handled(seed, port, ++times[port]);
            sent[port] = true;
        }
    }
    return sum;
}

/** How often a handler sends its own event again. */
static inline unsigned events_again(uint64_t seed)
{
    return 50 + events_pick(seed, "again", 0, 100);
}

static inline uint64_t events_again_sum(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned time = 1; time <= events_again(seed) + 1; time++) {
        sum += events_handled(seed, 0, time);
    }
    return sum;
}

/** How many events come to the port while it is masked for the `i`-th time: they are one at most. */
static inline unsigned events_while_masked(uint64_t seed, unsigned i)
{
    return events_pick(seed, "while masked", i, 3);
}

static inline uint64_t events_unmasked_sum(uint64_t seed)
{
    unsigned times[EVENTS_PORTS] = {0};
    uint64_t sum = 0;

    for (unsigned i = 0; i < EVENTS_MASKED; i++) {
        unsigned port = events_pick(seed, "mask", i, EVENTS_PORTS);

        sum += events_while_masked(seed, i) > 0 ? events_handled(seed, port, ++times[port]) : 0;
    }
    return sum;
}

/** Ends 2n and 2n+1 belong together: what is sent by one comes to the other. */
static inline uint64_t events_loopback_sum(uint64_t seed)
{
    unsigned times[2 * EVENTS_CHANNELS] = {0};
    uint64_t sum = 0;

    for (unsigned i = 0; i < EVENTS_SENDS; i++) {
        unsigned end = events_pick(seed, "loopback", i, 2 * EVENTS_CHANNELS) ^ 1;

        sum += events_handled(seed, end, ++times[end]);
    }
    return sum;
}

/** Put the numbers below `count` into an order. */
static inline void events_shuffle(uint64_t seed, const char *part, unsigned *order, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned other = events_pick(seed, part, i, i + 1);

        order[i] = i;
        order[i] = order[other];
        order[other] = i;
    }
}

/** What becomes of the timer number `i`. */
enum events_timer { EVENTS_TIMER_ONCE, EVENTS_TIMER_CANCELLED, EVENTS_TIMER_TWICE };

static inline enum events_timer events_timer(uint64_t seed, unsigned i)
{
    static const enum events_timer kinds[] = {EVENTS_TIMER_ONCE, EVENTS_TIMER_ONCE,
                                              EVENTS_TIMER_CANCELLED, EVENTS_TIMER_TWICE};

    return kinds[events_pick(seed, "timer kind", i, 4)];
}

/** How often functions are called. */
static inline unsigned events_timers_called(uint64_t seed)
{
    unsigned calls = 0;

    for (unsigned i = 0; i < EVENTS_TIMERS; i++) {
        enum events_timer kind = events_timer(seed, i);

        calls += kind == EVENTS_TIMER_ONCE ? 1 : kind == EVENTS_TIMER_TWICE ? 2 : 0;
    }
    return calls;
}

/** Timer order[n] comes n-th, unless it is cancelled; those that come twice come again in the same order, after all others. */
static inline uint64_t events_timers_order(uint64_t seed)
{
    unsigned order[EVENTS_TIMERS];
    uint64_t hash = seed;

    events_shuffle(seed, "timers", order, EVENTS_TIMERS);
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned n = 0; n < EVENTS_TIMERS; n++) {
            enum events_timer kind = events_timer(seed, order[n]);

            if (kind == EVENTS_TIMER_TWICE || (kind == EVENTS_TIMER_ONCE && turn == 0)) {
                hash = events_fold(hash, order[n]);
            }
        }
    }
    return hash;
}

/** The flags that the code has, which is interrupted for the `i`-th time. */
static inline uint64_t events_flags(uint64_t seed, unsigned i)
{
    return events_word(seed, "flags", i) & EVENTS_FLAGS;
}

static inline uint64_t events_upcall_registers(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < EVENTS_SPINS; i++) {
        for (unsigned j = 0; j < EVENTS_WORDS; j++) {
            hash = events_fold(hash, events_word(seed, "register", i * EVENTS_WORDS + j));
        }
        hash = events_fold(hash, events_flags(seed, i));
    }
    return hash;
}

/**
 * The priority of the thread that is woken `i`-th: never that of who wakes it; one has the lowest of all, the first two a higher
 * one. No two have the same: which of them runs first would depend on what is left of their slices, and Xen may be away for longer
 * than that.
 */
static inline unsigned events_priority(uint64_t seed, unsigned i)
{
    unsigned order[EVENTS_MAIN - 1];
    bool higher = i < 2 || events_pick(seed, "higher", i, 2) != 0;

    events_shuffle(seed, "priority", order, EVENTS_MAIN - 1);
    return i == EVENTS_WOKEN / 2 ? 0 : order[i] + 1 + (higher ? EVENTS_MAIN : 0);
}

/**
 * Whether it is woken in a section that keeps it from running at once. The first two are: if nobody looked at the end of the first
 * section, the second thread would be woken before the first one runs.
 */
static inline bool events_in_section(uint64_t seed, unsigned i)
{
    return i < 2 || events_pick(seed, "section", i, 2) != 0;
}

/** Who wakes notes 2i + 1 behind the i-th wake-up, in the section if there is one; who is woken notes 2i. */
static inline uint64_t events_wake_order(uint64_t seed)
{
    uint64_t hash = seed;

    for (unsigned i = 0; i < EVENTS_WOKEN; i++) {
        bool at_once = events_priority(seed, i) > EVENTS_MAIN;
        bool later = at_once && events_in_section(seed, i);

        hash = at_once && !later ? events_fold(hash, 2 * i) : hash;
        hash = events_fold(hash, 2 * i + 1);
        hash = later ? events_fold(hash, 2 * i) : hash;
    }
    for (unsigned priority = EVENTS_MAIN; priority-- > 0;) {
        for (unsigned i = 0; i < EVENTS_WOKEN; i++) {
            hash = events_priority(seed, i) == priority ? events_fold(hash, 2 * i) : hash;
        }
    }
    return hash;
}

/** Thread order[n] wakes up n-th. */
static inline uint64_t events_sleep_order(uint64_t seed)
{
    unsigned order[EVENTS_SLEEPERS];
    uint64_t hash = seed;

    events_shuffle(seed, "sleepers", order, EVENTS_SLEEPERS);
    for (unsigned n = 0; n < EVENTS_SLEEPERS; n++) {
        hash = events_fold(hash, order[n]);
    }
    return hash;
}

/** What a thread keeps in registers: 16 vector registers of two words, eight words of the x87 unit, how to round. */
struct events_vectors {
    uint64_t vectors[16][2];
    uint64_t numbers[8];
    uint32_t control;
};

static inline void events_fill_vectors(uint64_t seed, unsigned thread, struct events_vectors *v)
{
    for (unsigned i = 0; i < 16; i++) {
        v->vectors[i][0] = events_word(seed, "vector", thread * 64 + 2 * i);
        v->vectors[i][1] = events_word(seed, "vector", thread * 64 + 2 * i + 1);
    }
    for (unsigned i = 0; i < 8; i++) {
        v->numbers[i] = events_word(seed, "vector", thread * 64 + 32 + i);
    }
    v->control = 0x1f80 | events_pick(seed, "round", thread, 4) << 13;
}

static inline uint64_t events_hash_vectors(const struct events_vectors *v)
{
    uint64_t hash = v->control;

    for (unsigned i = 0; i < 16; i++) {
        hash = events_fold(events_fold(hash, v->vectors[i][0]), v->vectors[i][1]);
    }
    for (unsigned i = 0; i < 8; i++) {
        hash = events_fold(hash, v->numbers[i]);
    }
    return hash;
}

static inline uint64_t events_vectors_sum(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned thread = 0; thread < EVENTS_VECTORS; thread++) {
        struct events_vectors v;

        events_fill_vectors(seed, thread, &v);
        sum += events_hash_vectors(&v);
    }
    return sum;
}
