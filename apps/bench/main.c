/*
 * Counts what the kernel's own operations cost, and prints "figure NAME MINIMUM MEDIAN" for each. In the rig's count mode
 * the time-stamp counter counts instructions, the hypervisor's among them: see `make bench`.
 */
#include <stdio.h>
#include <stdlib.h>

#include <stardust/boot_time.h>
#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/hypercall.h>

#ifdef HAVE_PAGING
#include <stardust/frames.h>
#include <stardust/region.h>
#endif

#ifdef HAVE_THREADS
#include <stardust/mutex.h>
#endif
#ifdef HAVE_THREADS
#include <stardust/spinlock.h>
#include <stardust/thread.h>
#endif

enum { ROUNDS = 201, PER_ROUND = 20 };

static uint64_t main_entered;

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* What PER_ROUND calls take, in each of ROUNDS rounds, less what the reading itself takes. */
static void measure(const char *name, void (*operation)(void))
{
    static uint64_t rounds[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = cpu_tsc();
        uint64_t middle;

        for (int j = 0; j < PER_ROUND; j++) {
            operation();
        }
        middle = cpu_tsc();
        rounds[i] = 2 * middle - start - cpu_tsc();
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
    printf("figure %s %.2f %.2f\n", name, (double)rounds[0] / PER_ROUND,
           (double)rounds[ROUNDS / 2] / PER_ROUND);
}

static void nothing(void)
{
    __asm__ volatile("");
}

static void clock_read(void)
{
    clock_monotonic();
}

static void hypercall_null(void)
{
    hypercall_xen_version(XENVER_version, NULL);
}

static void malloc_free_64(void)
{
    void *volatile block = malloc(64);

    free(block);
}

static void malloc_free_4096(void)
{
    void *volatile block = malloc(4096);

    free(block);
}

#ifdef HAVE_PAGING
static struct region *region;
static pfn_t page;

static void page_alloc_free(void)
{
    page_free(page_alloc());
}

static void page_map_unmap(void)
{
    pagetable_map(region->start + PAGE_SIZE, &page, 1, ACCESS_WRITE);
    pagetable_unmap(region->start + PAGE_SIZE, 1);
}

/* The first page of the region stays mapped, so that its tables stay. */
static void measure_memory(void)
{
    measure("page_alloc_free", page_alloc_free);
    region = region_reserve("bench", 2 * PAGE_SIZE, REGION_COMMITTED);
    page = frames_alloc(0);
    if (region == NULL || page == FRAME_NONE || region_commit(region, 0, PAGE_SIZE) != 0) {
        printf("no memory for page_map_unmap\n");
        exit(1);
    }
    measure("page_map_unmap", page_map_unmap);
}
#endif

#ifdef HAVE_THREADS
static struct mutex mutex;

static void mutex_pair(void)
{
    mutex_lock(&mutex);
    mutex_unlock(&mutex);
}
#endif

#ifdef HAVE_THREADS
static void spinlock_pair(void)
{
    static struct spinlock lock = SPINLOCK(LOCK_WAIT);

    spin_lock(&lock);
    spin_unlock(&lock);
}

static void schedule_alone(void)
{
    thread_yield();
}

static bool yielding;

/* The other half of yield_pair: gives the processor back each time it gets it. */
static void *yield_back(void *unused)
{
    while (yielding) {
        thread_yield();
    }
    return unused;
}

static void *do_nothing(void *argument)
{
    return argument;
}

static void thread_create_join(void)
{
    struct thread *t;

    if (thread_create(&t, NULL, do_nothing, NULL) != 0 || thread_join(t, NULL, NSEC_FOREVER) != 0) {
        printf("no thread for thread_create_join\n");
        exit(1);
    }
}

static void measure_threads(void)
{
    struct thread *t;

    measure("spinlock_pair", spinlock_pair);
    measure("schedule_alone", schedule_alone);
    measure("thread_create_join", thread_create_join);
    yielding = true;
    if (thread_create(&t, NULL, yield_back, NULL) != 0) {
        printf("no thread for yield_pair\n");
        exit(1);
    }
    measure("yield_pair", schedule_alone);
    yielding = false;
    thread_join(t, NULL, NSEC_FOREVER);
}
#endif

int main(void)
{
    main_entered = cpu_tsc();
    printf("figure boot %lu %lu\n", main_entered - boot_tsc, main_entered - boot_tsc);
    measure("loop", nothing);
    measure("clock_read", clock_read);
    measure("hypercall_null", hypercall_null);
    measure("malloc_free_64", malloc_free_64);
    measure("malloc_free_4096", malloc_free_4096);
#ifdef HAVE_PAGING
    measure_memory();
#endif
#ifdef HAVE_THREADS
    measure("mutex_pair", mutex_pair);
#endif
#ifdef HAVE_THREADS
    measure_threads();
#endif
    return 0;
}
