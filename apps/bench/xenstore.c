/* What asking xenstored costs, in ticks, its own work in dom0 included: so the least of some samples is what can be told. */
#ifdef HAVE_XENSTORE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include <stardust/cpu.h>
#include <stardust/heap.h>
#include <stardust/semaphore.h>
#include <stardust/xenstore.h>

enum { SAMPLES = 51 };

static uint64_t fired_at;
static struct semaphore fired;

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* `operation` returns when it had been done. */
static void print_samples(const char *name, uint64_t (*operation)(void))
{
    uint64_t samples[SAMPLES];

    for (int i = 0; i < SAMPLES; i++) {
        uint64_t start = cpu_tsc();

        samples[i] = operation() - start;
    }
    qsort(samples, SAMPLES, sizeof samples[0], by_value);
    print_figure(name, (struct figure){(double)samples[0], (double)samples[SAMPLES / 2]});
}

static uint64_t read_name(void)
{
    char *value;

    if (xenstore_read(XENSTORE_NO_TRANSACTION, "name", &value, NULL) != 0) {
        printf("xenstore does not answer\n");
        exit(1);
    }
    heap_free(value);
    return cpu_tsc();
}

static void note_time(struct xenstore_watch *watch, const char *path)
{
    (void)watch, (void)path;
    fired_at = cpu_tsc();
    semaphore_up(&fired);
}

/* From the beginning of a write to the first instruction of the function of a watch. */
static uint64_t write_and_wait(void)
{
    if (xenstore_write(XENSTORE_NO_TRANSACTION, "data/bench", "x") != 0) {
        printf("xenstore does not answer\n");
        exit(1);
    }
    semaphore_down(&fired, NSEC_FOREVER);
    return fired_at;
}

void measure_xenstore(void)
{
    struct xenstore_watch watch = {.path = "data/bench", .fired = note_time};

    print_samples("xenstore_read", read_name);
    semaphore_init(&fired, 0);
    if (xenstore_watch_add(&watch) != 0) {
        printf("xenstore does not watch\n");
        exit(1);
    }
    semaphore_down(&fired, NSEC_FOREVER);
    print_samples("xenstore_watch", write_and_wait);
    xenstore_watch_remove(&watch);
}
#endif
