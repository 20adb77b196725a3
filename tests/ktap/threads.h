/*
 * What a guest's threads do in lab 3, as it follows from the seed: the guest does it, and the grader computes what must come
 * of it, with the model in grader/threads_model.c where the order matters.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

#define QUEUE_THREADS    24
#define QUEUE_MOVES      2000
#define KEEPERS          6 /* who keeps registers over switches */
#define KEEPER_ROUNDS    500
#define KEEPER_REGISTERS 6
#define TURN_THREADS     8
#define TURN_STEPS       100
#define ENDING_WAVES     12
#define ENDING_THREADS   25 /* in each wave */
#define MANY_THREADS     200
#define MANY_ROUNDS      10
#define PRIORITIES       32
#define NO_THREAD        (~0u)

/** A run queue under test, or the model's; threads by their numbers, NO_THREAD for NULL. */
struct queue_functions {
    void (*set)(unsigned thread, unsigned priority,
                uint32_t affinity); /* while it is in no queue */
    void (*add)(unsigned thread);
    void (*add_first)(unsigned thread);
    void (*remove)(unsigned thread);
    unsigned (*take)(void);
    unsigned (*steal)(unsigned cpu);
    int (*highest)(void);
};

/* Few priorities, so that there are threads before and behind each other. */
static inline void queue_move_in(const struct queue_functions *q, struct random *random,
                                 unsigned thread)
{
    q->set(thread, (unsigned)random_below(random, 6) * 31 / 5, (uint32_t)random_next(random) | 1);
    if (random_below(random, 4) == 0) {
        q->add_first(thread);
    } else {
        q->add(thread);
    }
}

/** What comes out of an empty queue in many moves. */
static inline uint64_t queue_moves(const struct queue_functions *q, uint64_t seed)
{
    struct random random = random_start(~seed);
    bool queued[QUEUE_THREADS] = {false};
    uint64_t hash = seed;

    for (unsigned i = 0; i < QUEUE_MOVES; i++) {
        unsigned thread = (unsigned)random_below(&random, QUEUE_THREADS), out = thread;
        uint64_t move = random_below(&random, 8);

        if (move == 0) {
            out = q->take();
        } else if (move == 1) {
            out = q->steal((unsigned)random_below(&random, 32));
        } else if (!queued[thread]) {
            queue_move_in(q, &random, thread);
            queued[thread] = true;
            continue;
        } else if (move == 2) {
            q->remove(thread);
        } else {
            continue;
        }
        if (out < QUEUE_THREADS) {
            queued[out] = false;
        }
        hash = random_fold(random_fold(hash, out), (uint64_t)(int64_t)q->highest());
    }
    return hash;
}

/** What thread `keeper` has in its registers in a round. */
struct kept {
    uint64_t registers[KEEPER_REGISTERS]; /* rbx rbp r12 r13 r14 r15 */
    uint32_t mxcsr;                       /* all exceptions masked */
    uint16_t control;                     /* of the x87 unit; likewise */
};

static inline struct kept kept_choose(uint64_t seed, unsigned keeper, unsigned round)
{
    struct random random = random_start(random_word(seed, "kept", keeper * KEEPER_ROUNDS + round));
    struct kept kept;

    for (unsigned i = 0; i < KEEPER_REGISTERS; i++) {
        kept.registers[i] = random_next(&random);
    }
    kept.mxcsr = 0x1f80 | (uint32_t)random_below(&random, 8) << 13;
    kept.control = (uint16_t)(0x007f | random_below(&random, 16) << 8);
    return kept;
}

/** One number for all of them. Flags of mxcsr are left aside. */
static inline uint64_t kept_number(const struct kept *kept)
{
    uint64_t hash = (uint64_t)(kept->mxcsr & ~0x3fu) << 16 | kept->control;

    for (unsigned i = 0; i < KEEPER_REGISTERS; i++) {
        hash = random_fold(hash, kept->registers[i]);
    }
    return hash;
}

/** All rounds of all threads, added. */
static inline uint64_t kept_sum(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < KEEPERS * KEEPER_ROUNDS; i++) {
        struct kept kept = kept_choose(seed, i / KEEPER_ROUNDS, i % KEEPER_ROUNDS);

        sum += kept_number(&kept);
    }
    return sum;
}

/** What a thread does in a step. */
struct turn {
    enum {
        TURN_YIELD,
        TURN_BLOCK,
        TURN_WAKE,     /* thread `other`, unless it has done all its steps */
        TURN_PRIORITY, /* this thread's becomes `priority`; then it yields */
        TURN_OTHERS,   /* the one of `other` becomes `priority` */
        TURN_KINDS
    } kind;
    unsigned other; /* never itself */
    unsigned priority;
};

/** Priorities of threads that take turns: above 0, which is that of the thread that waits for them. */
static inline unsigned turn_priority(uint64_t word)
{
    return 10 + (unsigned)(word % 4);
}

static inline struct turn turn_choose(uint64_t seed, unsigned thread, unsigned step)
{
    struct random random = random_start(random_word(seed, "turn", thread * TURN_STEPS + step));
    struct turn turn = {.kind = (unsigned)random_below(&random, TURN_KINDS)};

    turn.other = (thread + 1 + (unsigned)random_below(&random, TURN_THREADS - 1)) % TURN_THREADS;
    turn.priority = turn_priority(random_below(&random, 4));
    return turn;
}

/** How many threads are in the chain, each of which joins the next one. */
static inline unsigned chain_length(uint64_t seed)
{
    return 10 + (unsigned)(random_word(seed, "length", 0) % 30);
}

/** The result of link `i` of the chain, when the next one's is `next`. */
static inline uint64_t chain_result(uint64_t seed, unsigned i, uint64_t next)
{
    return random_fold(next, random_word(seed, "link", i));
}

/** What becomes of thread `i` of many. */
enum fate { FATE_JOINED_EARLY, FATE_JOINED_LATE, FATE_DETACHED_EARLY, FATE_DETACHED_LATE, FATES };

static inline enum fate fate_choose(uint64_t seed, uint64_t i)
{
    return (enum fate)(random_word(seed, "fate", i) % FATES);
}
