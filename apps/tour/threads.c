/* The tour's threads: one on each vCPU, which together compute pi. */
#ifdef HAVE_SMP
#include "tour.h"

#include <stdio.h>
#include <stdlib.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/thread.h>

enum { TERMS = 400000 };

/* What a thread is to do, and what it found. */
struct part {
    unsigned first, step;
    double sum;
    unsigned ran_on; /* the vCPU's number */
};

/* Every `step`th term of Leibniz' series, 4 - 4/3 + 4/5 - …, from the smallest one on so that little is rounded away. */
static void *add_terms(void *argument)
{
    struct part *part = argument;

    for (unsigned i = TERMS + part->first; i >= part->step; i -= part->step) {
        unsigned term = i - part->step;

        part->sum += (term % 2 == 0 ? 4.0 : -4.0) / (2.0 * term + 1.0);
    }
    part->ran_on = cpu_this()->number;
    return NULL;
}

static struct thread *start(struct part *part)
{
    struct thread_options options = {.name = "adds terms",
                                     .affinity = (cpu_mask_t)1 << part->first};
    struct thread *t = NULL;

    if (thread_create(&t, &options, add_terms, part) != 0) {
        printf("threads   no memory for one on vCPU %u\n", part->first);
        exit(1);
    }
    return t;
}

void show_threads(void)
{
    static struct part parts[CPUS_MAX];
    struct thread *threads[CPUS_MAX];
    unsigned count = 32 - (unsigned)__builtin_clz(cpus_online);
    double pi = 0;

    for (unsigned i = 0; i < count; i++) {
        parts[i] = (struct part){.first = i, .step = count};
        threads[i] = start(&parts[i]);
    }
    printf("threads   %u, one on each vCPU; they ran on", count);
    for (unsigned i = 0; i < count; i++) {
        thread_join(threads[i], NULL, NSEC_FOREVER);
        pi += parts[i].sum;
        printf(" %u", parts[i].ran_on);
    }
    printf(" and found that pi is about %.5f\n", pi);
}

void show_sleep(void)
{
    nsec_t start = clock_monotonic();

    thread_sleep(start + 20 * NSEC_PER_MSEC);
    printf("sleep     20 ms took %.1f ms, in which the vCPU was free for others\n",
           (double)(clock_monotonic() - start) / 1e6);
}
#endif
