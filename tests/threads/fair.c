/*
 * Two hundred threads compute with doubles on all vCPUs: the sums are right, every vCPU takes part, and every thread has its turn.
 * Words: how many seconds, then how many per cent the threads' times on a processor may be apart (none: that is not looked at).
 */
#include <stardust/clock.h>
#include <stardust/critical.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/thread.h>

#include <stdbool.h>
#include <stdlib.h>

enum { THREADS = 200, TERMS = 2000, SECONDS = 3 };

static struct worker {
    struct thread *thread;
    nsec_t used;         /* on a processor, while all of them ran */
    unsigned long wrong; /* sums */
    unsigned long sums;
    cpu_mask_t seen; /* the vCPUs on which it was */
} workers[THREADS];

static double expected;
static nsec_t end;
static unsigned tests, failures;

static void check(bool passed, const char *what)
{
    print("%s %u - fair: %s\n", passed ? "ok" : "not ok", ++tests, what);
    failures += !passed;
}

static double sum(void)
{
    double total = 0;

    for (unsigned k = TERMS; k > 0; k--) {
        total += 1.0 / ((double)k * k);
    }
    return total;
}

static cpu_mask_t here(void)
{
    critical_t state = critical_enter();
    cpu_mask_t mask = (cpu_mask_t)1 << cpu_this()->number;

    critical_leave(state);
    return mask;
}

static void *work(void *argument)
{
    struct worker *w = argument;

    do {
        w->wrong += sum() != expected;
        w->sums++;
        w->seen |= here();
    } while (clock_monotonic() < end);
    w->used = thread_cpu_time(thread_current());
    return NULL;
}

static void create_all(void)
{
    static const struct thread_options stopped = {.stopped = true};

    for (unsigned i = 0; i < THREADS; i++) {
        if (thread_create(&workers[i].thread, &stopped, work, &workers[i]) != 0) {
            check(false, "there is memory for two hundred threads");
            exit(1);
        }
    }
}

/* They begin together: nobody takes the processor from us before all have been woken. */
static void run(unsigned seconds)
{
    create_all();
    thread_set_priority(thread_current(), THREAD_PRIORITY_DEFAULT + 1);
    end = clock_monotonic() + seconds * NSEC_PER_SEC;
    for (unsigned i = 0; i < THREADS; i++) {
        thread_wake(workers[i].thread);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        thread_join(workers[i].thread, NULL, NSEC_FOREVER);
    }
}

/* How far the least and the most are apart, in per cent of the mean. */
static unsigned spread(void)
{
    nsec_t least = NSEC_FOREVER, most = 0, all = 0;

    for (unsigned i = 0; i < THREADS; i++) {
        least = workers[i].used < least ? workers[i].used : least;
        most = workers[i].used > most ? workers[i].used : most;
        all += workers[i].used;
    }
    print("# each thread had between %lu and %lu ms of a processor, all together %lu ms\n",
          least / NSEC_PER_MSEC, most / NSEC_PER_MSEC, all / NSEC_PER_MSEC);
    return (unsigned)((most - least) * 100 * THREADS / all);
}

int main(int argc, char **argv)
{
    unsigned long wrong = 0, idle = 0, limit = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, apart;
    cpu_mask_t seen = 0;

    expected = sum();
    run(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : SECONDS);
    for (unsigned i = 0; i < THREADS; i++) {
        wrong += workers[i].wrong;
        idle += workers[i].sums == 0;
        seen |= workers[i].seen;
    }
    check(wrong == 0, "all sums are right");
    check(idle == 0, "every thread has computed one");
    check(seen == cpus_online, "every vCPU took part");
    apart = spread();
    print("# the times of the threads are %lu per cent apart\n", apart);
    if (limit > 0) {
        check(apart <= limit, "the threads had the same time on a processor");
    }
    print("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
