/* Threads come and go on all vCPUs at once, are joined and detached before, while and after they end; nothing is lost. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/frames.h>
#include <stardust/heap.h>

#include <xen/errno.h>

enum { SCATTERED = 4, BLOCK_ORDER = 8, BLOCKS = 512 };

static unsigned long born, gone; /* atomic */

static void *live(void *argument)
{
    uintptr_t what = (uintptr_t)argument;

    switch (what % 4) {
    case 0:
        break;
    case 1:
        thread_yield();
        break;
    case 2:
        thread_sleep(clock_monotonic() + what % 64 * NSEC_PER_USEC);
        break;
    default:
        compute((unsigned)(what % 32));
    }
    if (what >> 63 != 0) {
        __atomic_fetch_add(&gone, 1, __ATOMIC_SEQ_CST);
    }
    if (what % 8 < 4) {
        thread_exit(argument);
    }
    return argument;
}

static void join(struct thread *t, void *expected, struct random *random)
{
    void *result = NULL;
    int error = -XEN_ETIMEDOUT;

    if (random_below(random, 2) == 0) {
        error =
            thread_join(t, &result, clock_monotonic() + random_below(random, 50) * NSEC_PER_USEC);
    }
    if (error == -XEN_ETIMEDOUT) {
        error = thread_join(t, &result, NSEC_FOREVER);
    }
    if (error != 0 || result != expected) {
        wrong("joined with error %d and result %p, not %p", error, result, expected);
    }
}

static void *be_parent(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        void *what = (void *)(uintptr_t)(random_next(&random) | 1ul << 63);
        cpu_mask_t affinity = random_below(&random, 2) == 0
                                  ? all_vcpus()
                                  : only((unsigned)random_below(&random, vcpu_count()));
        struct thread *child = begin(affinity, live, what);

        __atomic_fetch_add(&born, 1, __ATOMIC_SEQ_CST);
        if (random_below(&random, 3) > 0) {
            join(child, what, &random);
        } else {
            compute((unsigned)random_below(&random, 16));
            thread_detach(child);
        }
        moved();
    } while (time_left());
    return NULL;
}

static void *drain(void *argument)
{
    heap_trim();
    page_cache_drain();
    return argument;
}

/* What a vCPU keeps for itself, only that one gives back. */
static void drain_all(void)
{
    for (unsigned i = 0; i < vcpu_count(); i++) {
        struct thread *t = begin(only(i), drain, NULL);

        end_all(&t, 1);
    }
}

/* Memory that is not taken in yet would lose some pages to its records while we count: so all of it is, first. */
static void take_all_in(void)
{
    static pfn_t blocks[BLOCKS];
    unsigned count = 0;

    while (frames_statistics().untouched > 0 && count < BLOCKS &&
           (blocks[count] = frames_alloc(BLOCK_ORDER)) != FRAME_NONE) {
        count++;
    }
    while (count > 0) {
        frames_free(blocks[--count], BLOCK_ORDER);
    }
}

size_t pages_there(void)
{
    struct frame_statistics s = frames_statistics();

    return s.free + s.cached + s.untouched;
}

size_t pages_free(void)
{
    take_all_in();
    drain_all();
    return pages_there();
}

static void storm(void)
{
    struct thread *threads[CPUS_MAX];

    for (unsigned i = 0; i < vcpu_count(); i++) {
        threads[i] = begin(all_vcpus(), be_parent, (void *)(uintptr_t)i);
    }
    end_all(threads, vcpu_count());
    while (__atomic_load_n(&gone, __ATOMIC_SEQ_CST) != __atomic_load_n(&born, __ATOMIC_SEQ_CST)) {
        thread_yield();
    }
}

/* As many at the same time as memory for threads is kept at most, and more. */
static void fill_the_store(void)
{
    struct thread *threads[40];

    for (unsigned i = 0; i < 40; i++) {
        threads[i] = begin(all_vcpus(), live, (void *)(uintptr_t)1);
    }
    end_all(threads, 40);
}

bool about_the_same(size_t before, size_t after)
{
    return after + SCATTERED >= before && before + SCATTERED >= after;
}

void test_life(void)
{
    size_t before, after;
    unsigned tries = 0;

    born = gone = 0;
    fill_the_store();
    before = pages_free();
    storm();
    /* A detached thread may be about to leave its stack. */
    do {
        fill_the_store();
        after = pages_free();
    } while (!about_the_same(before, after) && ++tries < 100);
    if (!about_the_same(before, after)) {
        wrong("%zu pages were free before, %zu after", before, after);
    }
}
