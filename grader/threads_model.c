/* Threads that take turns, played: see threads_model.h. */
#include "threads_model.h"

#include <string.h>

#include <tests/ktap/threads.h>

/* A run queue as plainly as can be: for each priority the numbers of its threads, in their order. */
static struct line {
    unsigned count;
    unsigned threads[QUEUE_THREADS];
} lines[PRIORITIES];

static struct {
    unsigned priority;
    uint32_t affinity;
} settings[QUEUE_THREADS];

static void set(unsigned thread, unsigned priority, uint32_t affinity)
{
    settings[thread].priority = priority;
    settings[thread].affinity = affinity;
}

static void insert(unsigned thread, unsigned place)
{
    struct line *line = &lines[settings[thread].priority];

    memmove(&line->threads[place + 1], &line->threads[place],
            (line->count++ - place) * sizeof line->threads[0]);
    line->threads[place] = thread;
}

static void add(unsigned thread)
{
    insert(thread, lines[settings[thread].priority].count);
}

static void add_first(unsigned thread)
{
    insert(thread, 0);
}

/* Returns whether it was in the queue. */
static bool take_out(unsigned thread)
{
    struct line *line = &lines[settings[thread].priority];

    for (unsigned i = 0; i < line->count; i++) {
        if (line->threads[i] == thread) {
            memmove(&line->threads[i], &line->threads[i + 1],
                    (--line->count - i) * sizeof line->threads[0]);
            return true;
        }
    }
    return false;
}

static void remove_thread(unsigned thread)
{
    take_out(thread);
}

static int highest(void)
{
    int priority = PRIORITIES - 1;

    while (priority >= 0 && lines[priority].count == 0) {
        priority--;
    }
    return priority;
}

static unsigned take(void)
{
    int priority = highest();
    unsigned thread = priority < 0 ? NO_THREAD : lines[priority].threads[0];

    if (thread != NO_THREAD) {
        take_out(thread);
    }
    return thread;
}

static unsigned steal(unsigned cpu)
{
    for (unsigned priority = 0; priority < PRIORITIES; priority++) {
        for (unsigned i = lines[priority].count; i > 0; i--) {
            unsigned thread = lines[priority].threads[i - 1];

            if (settings[thread].affinity >> cpu & 1) {
                take_out(thread);
                return thread;
            }
        }
    }
    return NO_THREAD;
}

uint64_t threads_model_moves(uint64_t seed)
{
    static const struct queue_functions model = {set,  add,   add_first, remove_thread,
                                                 take, steal, highest};

    memset(lines, 0, sizeof lines);
    return queue_moves(&model, seed);
}

/* What is known of each thread that takes turns; where it may run plays no part. */
struct player {
    unsigned step;
    bool waits, wake_pending, done;
};

struct game {
    uint64_t seed, hash;
    struct player players[TURN_THREADS];
};

static void wake(struct game *g, unsigned thread)
{
    struct player *p = &g->players[thread];

    if (!p->waits) {
        p->wake_pending = true;
        return;
    }
    p->waits = false;
    add(thread);
}

static void change_priority(unsigned thread, unsigned priority)
{
    bool queued = take_out(thread);

    settings[thread].priority = priority;
    if (queued) {
        add(thread);
    }
}

/* Whether the thread that does this gives up the processor. */
static bool yields(unsigned thread)
{
    if (highest() < (int)settings[thread].priority) {
        return false;
    }
    add(thread);
    return true;
}

static bool blocks(struct player *p)
{
    p->waits = !p->wake_pending;
    p->wake_pending = false;
    return p->waits;
}

static bool gives_way(struct game *g, unsigned thread, struct turn turn)
{
    switch (turn.kind) {
    case TURN_YIELD:
        return yields(thread);
    case TURN_BLOCK:
        return blocks(&g->players[thread]);
    case TURN_PRIORITY:
        settings[thread].priority = turn.priority;
        return yields(thread);
    case TURN_WAKE:
        if (!g->players[turn.other].done) {
            wake(g, turn.other);
        }
        return false;
    default:
        change_priority(turn.other, turn.priority);
        return false;
    }
}

/* A thread runs until it gives way, or has done all its steps. */
static void run(struct game *g, unsigned thread)
{
    struct player *p = &g->players[thread];
    struct turn turn;

    do {
        if (p->step == TURN_STEPS) {
            p->done = true;
            return;
        }
        g->hash = random_fold(g->hash, (uint64_t)thread << 32 | p->step);
        turn = turn_choose(g->seed, thread, p->step++);
    } while (!gives_way(g, thread, turn));
}

/* When all wait, the one below them wakes those that have steps left. Returns whether there was one. */
static bool wake_all(struct game *g)
{
    bool any = false;

    g->hash = random_fold(g->hash, NO_THREAD);
    for (unsigned i = 0; i < TURN_THREADS; i++) {
        if (!g->players[i].done) {
            wake(g, i);
            any = true;
        }
    }
    return any;
}

uint64_t threads_model_turns(uint64_t seed)
{
    struct game g = {.seed = seed, .hash = seed};

    memset(lines, 0, sizeof lines);
    for (unsigned i = 0; i < TURN_THREADS; i++) {
        set(i, turn_priority(random_word(seed, "priority", i)), 1);
        add(i);
    }
    do {
        for (unsigned thread = take(); thread != NO_THREAD; thread = take()) {
            run(&g, thread);
        }
    } while (wake_all(&g));
    return g.hash;
}
