/* What several vCPUs cost one another, by the clock: threads that yield, a mutex that goes round, calls to all. */
#ifdef HAVE_SMP
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include <stardust/clock.h>
#include <stardust/condition.h>
#include <stardust/mutex.h>
#include <stardust/smp.h>
#include <stardust/thread.h>

enum { TURNS = 20000, CALLS = 500, ROUNDS = 5 };

static void *yields(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        thread_yield();
    }
    return unused;
}

/* Whose turn it is: a thread passes it on to the next one, on the next vCPU, and waits until it comes back. */
static struct {
    struct mutex mutex; /* protects the fields below */
    struct condition changed;
    unsigned turn, players;
} game;

static void *plays(void *argument)
{
    unsigned us = (unsigned)(uintptr_t)argument;

    mutex_lock(&game.mutex);
    for (int i = 0; i < TURNS / 100; i++) {
        while (game.turn != us) {
            condition_wait(&game.changed, &game.mutex, NSEC_FOREVER);
        }
        game.turn = (us + 1) % game.players;
        condition_broadcast(&game.changed);
    }
    mutex_unlock(&game.mutex);
    return NULL;
}

/* Run `entry` in `each` threads on each of `count` vCPUs. Returns the nanoseconds until all have ended. */
static double run(void *(*entry)(void *), unsigned count, unsigned each)
{
    static struct thread *threads[2 * CPUS_MAX];
    nsec_t start = clock_monotonic();

    for (unsigned i = 0; i < count * each; i++) {
        struct thread_options options = {.affinity = (cpu_mask_t)1 << i % count};

        if (thread_create(&threads[i], &options, entry, (void *)(uintptr_t)i) != 0) {
            printf("no memory for %u threads\n", count * each);
            exit(1);
        }
    }
    for (unsigned i = 0; i < count * each; i++) {
        thread_join(threads[i], NULL, NSEC_FOREVER);
    }
    return (double)(clock_monotonic() - start);
}

static double yield_time(unsigned count)
{
    return run(yields, count, 2) / (2.0 * TURNS);
}

/* Two players on a vCPU that is alone. */
static double turn_time(unsigned count)
{
    unsigned each = count == 1 ? 2 : 1;

    game.players = count * each;
    game.turn = 0;
    return run(plays, count, each) / (TURNS / 100.0 * game.players);
}

static void answer(void *unused)
{
    (void)unused;
}

static double call_time(unsigned count)
{
    nsec_t start = clock_monotonic();

    (void)count;
    for (int i = 0; i < CALLS; i++) {
        smp_call(CPU_MASK_ALL, answer, NULL);
    }
    return (double)(clock_monotonic() - start) / CALLS;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void measure_time(const char *name, double (*take)(unsigned count), unsigned count)
{
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        times[i] = take(count);
    }
    qsort(times, ROUNDS, sizeof times[0], by_value);
    print_figure(name, (struct figure){times[0], times[ROUNDS / 2]});
}

void measure_cpus(void)
{
    unsigned count = 32 - (unsigned)__builtin_clz(cpus_online);

    measure_time("yield", yield_time, count);
    measure_time("mutex_turn", turn_time, count);
    measure_time("call_all", call_time, count);
}
#endif
