/* What threads wait for, on Xen: each primitive used hard by many threads on all vCPUs. Prints TAP lines. */
#include "guest.h"

#include <stdlib.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

#include <xen/errno.h>

#define LIMIT (60 * NSEC_PER_SEC)

static unsigned number, failures;
static uint64_t seed;

void check(bool passed, const char *what, uint64_t seen, uint64_t wanted)
{
    print("%s %u - sync, %u vCPUs: %s\n", passed ? "ok" : "not ok", ++number, cpu_count(), what);
    if (!passed) {
        failures++;
        print("# it is %lu, and should be %lu\n", seen, wanted);
    }
}

static void (*the_work)(struct worker *);

static void *work_of(void *worker)
{
    the_work(worker);
    return NULL;
}

static nsec_t end_of_patience(void)
{
#ifdef HAVE_EVENTS
    return clock_monotonic() + LIMIT;
#else
    return NSEC_FOREVER;
#endif
}

void workers_run(const char *what, unsigned count, void (*work)(struct worker *))
{
    static struct worker workers[WORKERS_MAX];
    struct thread *threads[WORKERS_MAX];
    nsec_t end = end_of_patience();

    the_work = work;
    for (unsigned i = 0; i < count; i++) {
        workers[i] = (struct worker){i, random_start(seed + i)};
        if (thread_create(&threads[i], NULL, work_of, &workers[i]) != 0) {
            print("Bail out! no memory for a thread\n");
            exit(1);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        if (thread_join(threads[i], NULL, end) != 0) {
            check(false, what, i, count);
            threads_print();
            exit(1);
        }
    }
    seed += WORKERS_MAX;
}

void worker_dawdle(struct worker *w)
{
    uint64_t chance = random_below(&w->random, 64);

    if (chance == 0) {
        thread_yield();
    } else if (chance < 8) {
        for (volatile uint64_t i = random_below(&w->random, 300); i > 0; i--) {
        }
    }
}

nsec_t worker_soon(struct worker *w)
{
    return clock_monotonic() + random_below(&w->random, NSEC_PER_MSEC / 5);
}

/* The last thing that this guest does: any thread may end it. */
static void end_it(struct worker *w)
{
    (void)w;
    exit(failures == 0 ? 0 : 1);
}

int main(void)
{
    seed = option_number(guest.command_line, "seed", 1);
    print("# seed %lu\n", seed);
    test_locks();
    test_meetings();
#ifdef HAVE_EVENTS
    test_time_limits();
#endif
    test_library();
    print("1..%u\n", number);
    workers_run("exit ends the domain", 1, end_it);
    return 1;
}
