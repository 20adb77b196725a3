/* Threads on the real hypervisor that never give way: see parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/print.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>

#include "spin.h"

#define TURNS 6 /* that a thread with something in its registers has to see another one take */

static char did[160];
static uint64_t seed;
static unsigned begun; /* threads that run; atomic */
static nsec_t limit;
static uint64_t sums[EVENTS_THREADS];

/* Returns whether all have begun: they can only if each is made to give way. */
static bool meet(void)
{
    __atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) < EVENTS_THREADS) {
        if (clock_monotonic() > limit) {
            return false;
        }
    }
    return true;
}

static void *work(void *argument)
{
    uintptr_t number = (uintptr_t)argument;
    bool met = meet();

    sums[number] = events_add(seed, "share", number * EVENTS_SHARE, EVENTS_SHARE);
    return met ? (void *)1 : NULL;
}

static struct thread *make(void *(*function)(void *), uintptr_t number)
{
    const struct thread_options options = {.name = "turns", .affinity = 1};
    struct thread *t = NULL;

    thread_create(&t, &options, function, (void *)number);
    return t;
}

static unsigned join(struct thread *t)
{
    void *result = NULL;

    if (t != NULL) {
        thread_join(t, &result, NSEC_FOREVER);
    }
    return result != NULL;
}

bool test_progress(uint64_t run_seed)
{
    struct thread *threads[EVENTS_THREADS];
    uint64_t sum = 0;
    unsigned met = 0;

    seed = run_seed;
    limit = clock_monotonic() + PATIENCE * NSEC_PER_SEC;
    for (unsigned i = 0; i < EVENTS_THREADS; i++) {
        threads[i] = make(work, i);
    }
    for (unsigned i = 0; i < EVENTS_THREADS; i++) {
        met += join(threads[i]);
        sum += sums[i];
    }
    guest_report_value("shares_sum", sum);
    format_text(did, sizeof did, "%u of %u threads saw all the others run", met, EVENTS_THREADS);
    report("threads.progress", met == EVENTS_THREADS,
           "threads of the same priority take turns, whether they like it or not", did, "all",
           "4.4 and 4.5");
    return met == EVENTS_THREADS;
}

static struct events_vectors vectors[EVENTS_VECTORS];
static volatile uint32_t counters[EVENTS_VECTORS];

static void *keep_vectors(void *argument)
{
    uintptr_t number = (uintptr_t)argument;

    spin_vectors(&vectors[number], &counters[number], &counters[(number + 1) % EVENTS_VECTORS],
                 TURNS);
    return (void *)1;
}

void test_vectors(uint64_t run_seed, bool turns)
{
    struct thread *threads[EVENTS_VECTORS] = {NULL};
    uint64_t sum = 0;
    unsigned ended = 0;

    seed = run_seed;
    for (unsigned i = 0; i < EVENTS_VECTORS && turns; i++) {
        events_fill_vectors(seed, i, &vectors[i]);
        threads[i] = make(keep_vectors, i);
    }
    for (unsigned i = 0; i < EVENTS_VECTORS; i++) {
        ended += join(threads[i]);
        sum += events_hash_vectors(&vectors[i]);
    }
    guest_report_value("vectors_sum", sum);
    report("threads.vectors", ended == EVENTS_VECTORS,
           "two threads that wait for each other's turns come to their ends",
           turns ? "a thread was not made" : "they were not begun: threads do not take turns",
           "both", "4.5");
}
