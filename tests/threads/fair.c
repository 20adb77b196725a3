/*
 * Threads compute with doubles on all vCPUs: the sums are right, every vCPU takes part, and all threads had the same time: two
 * hundred of them; three on two vCPUs; and forty that others of higher priority interrupt all the time.
 * Words: for how many seconds, then how many per cent the times of the two hundred may be apart (none: that is not looked
 * at); the forty's half as much again, the three's five times as much: 75 if one of them had a vCPU of its own.
 */
#include <stardust/clock.h>
#include <stardust/critical.h>
#include <stardust/hypercall.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/thread.h>

#include <stdbool.h>
#include <stdlib.h>

#include "credit.h"

enum { THREADS = 200, TERMS = 2000, SECONDS = 3, XEN_SLICE_MSEC = 5 };

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

static void check(bool passed, const char *what, const char *who)
{
    print("%s %u - fair, %s: %s\n", passed ? "ok" : "not ok", ++tests, who, what);
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

/* Takes the processor for a moment, again and again. */
static void *interrupt(void *argument)
{
    (void)argument;
    while (clock_monotonic() < end) {
        thread_sleep(clock_monotonic() + 3 * NSEC_PER_MSEC);
    }
    return NULL;
}

static void create(struct thread **thread, cpu_mask_t where, int priority, void *(*entry)(void *),
                   void *argument)
{
    const struct thread_options options = {
        .stopped = true, .affinity = where, .priority = priority};

    if (thread_create(thread, &options, entry, argument) != 0) {
        check(false, "there is memory for all threads", "in the beginning");
        exit(1);
    }
}

/* They begin together: nobody takes the processor from us before all have been woken. */
static void run(unsigned count, cpu_mask_t where, unsigned interrupters, nsec_t time)
{
    struct thread *interrupting[CPUS_MAX];

    thread_set_priority(thread_current(), THREAD_PRIORITY_DEFAULT + 2);
    for (unsigned i = 0; i < count; i++) {
        workers[i] = (struct worker){0};
        create(&workers[i].thread, where, 0, work, &workers[i]);
    }
    for (unsigned i = 0; i < interrupters; i++) {
        create(&interrupting[i], (cpu_mask_t)1 << i, 1, interrupt, NULL);
    }
    end = clock_monotonic() + time;
    for (unsigned i = 0; i < count; i++) {
        thread_wake(workers[i].thread);
    }
    for (unsigned i = 0; i < interrupters; i++) {
        thread_wake(interrupting[i]);
    }
    for (unsigned i = 0; i < count; i++) {
        thread_join(workers[i].thread, NULL, NSEC_FOREVER);
    }
    for (unsigned i = 0; i < interrupters; i++) {
        thread_join(interrupting[i], NULL, NSEC_FOREVER);
    }
}

/* How far the least and the most are apart, in per cent of the mean. */
static unsigned spread(unsigned count)
{
    nsec_t least = NSEC_FOREVER, most = 0, all = 0;

    for (unsigned i = 0; i < count; i++) {
        least = workers[i].used < least ? workers[i].used : least;
        most = workers[i].used > most ? workers[i].used : most;
        all += workers[i].used;
    }
    print("# each thread had between %lu and %lu ms of a processor, all together %lu ms\n",
          least / NSEC_PER_MSEC, most / NSEC_PER_MSEC, all / NSEC_PER_MSEC);
    return (unsigned)((most - least) * 100 * count / all);
}

static void look(const char *who, unsigned count, cpu_mask_t where, unsigned long limit)
{
    unsigned long wrong = 0, idle = 0;
    unsigned apart = spread(count);
    cpu_mask_t seen = 0;

    for (unsigned i = 0; i < count; i++) {
        wrong += workers[i].wrong;
        idle += workers[i].sums == 0;
        seen |= workers[i].seen;
    }
    check(wrong == 0, "all sums are right", who);
    check(idle == 0, "every thread has computed one", who);
    check(seen == where, "every vCPU took part", who);
    print("# the times of the threads are %u per cent apart\n", apart);
    if (limit > 0) {
        check(apart <= limit, "the threads had the same time on a processor", who);
    }
}

int main(int argc, char **argv)
{
    nsec_t time = (argc > 1 ? strtoul(argv[1], NULL, 10) : SECONDS) * NSEC_PER_SEC;
    unsigned long limit = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    expected = sum();
    /*
     * With virtual time, a processor of the emulated machine that has an interrupt may stand still until one comes to another
     * processor, however long a thread's slice is over by then.
     */
    credit_set_slice(XEN_SLICE_MSEC);
    run(THREADS, cpus_online, 0, time);
    look("two hundred", THREADS, cpus_online, limit);
    run(3, cpus_online & 3, 0, time / 4);
    look("three on two vCPUs", 3, cpus_online & 3, limit * 5);
    run(40, cpus_online, cpu_count(), time / 4);
    look("forty that are interrupted", 40, cpus_online, limit * 3 / 2);
    print("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
