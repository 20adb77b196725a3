/*
 * Counts what the kernel's own operations cost, and prints "figure NAME MINIMUM MEDIAN" for each. In the rig's count mode
 * the time-stamp counter counts instructions, the hypervisor's among them: see `make bench`.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/boot_time.h>
#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/grant.h>
#include <stardust/hypercall.h>

#ifdef HAVE_PAGING
#include <stardust/frames.h>
#include <stardust/region.h>
#endif
#ifdef HAVE_EVENTS
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
struct figure take_figure(void (*operation)(void))
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
    return (struct figure){(double)rounds[0] / PER_ROUND, (double)rounds[ROUNDS / 2] / PER_ROUND};
}

void print_figure(const char *name, struct figure figure)
{
    printf("figure %s %.2f %.2f\n", name, figure.minimum, figure.median);
}

void measure(const char *name, void (*operation)(void))
{
    print_figure(name, take_figure(operation));
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

#ifdef HAVE_XENSTORE
/* A page is granted and the grant revoked; nobody has mapped it. */
static void grant_and_revoke(void)
{
    grant_t grant;

    if (grant_access(0, page, false, &grant) == 0) {
        grant_revoke(grant);
    }
}
#endif

#ifdef HAVE_EVENTS
/* Ten times a second, for whoever wants to know whether we run. */
static _Noreturn void tick(void)
{
    for (;;) {
        printf("tick\n");
        thread_sleep(clock_monotonic() + NSEC_PER_SEC / 10);
    }
}
#endif

/* Several vCPUs are measured by the clock, and only when the word "cpus" asks for it; other domains when "xenstore" does. */
int main(int count, char **words)
{
    main_entered = cpu_tsc();
#ifdef HAVE_EVENTS
    if (count > 1 && strcmp(words[1], "ticks") == 0) {
        tick();
    }
#endif
#ifdef HAVE_SMP
    if (count > 1 && strcmp(words[1], "cpus") == 0) {
        measure_cpus();
        return 0;
    }
#endif
#ifdef HAVE_XENSTORE
    if (count > 1 && strcmp(words[1], "xenstore") == 0) {
        measure_xenstore();
        return 0;
    }
#endif
    (void)count;
    (void)words;
    printf("figure boot %lu %lu\n", main_entered - boot_tsc, main_entered - boot_tsc);
    measure("loop", nothing);
    measure("clock_read", clock_read);
    measure("hypercall_null", hypercall_null);
    measure("malloc_free_64", malloc_free_64);
    measure("malloc_free_4096", malloc_free_4096);
#ifdef HAVE_PAGING
    measure_memory();
#endif
#ifdef HAVE_XENSTORE
    measure("grant_revoke", grant_and_revoke);
#endif
#ifdef HAVE_SMP
    measure_threads();
    measure_console();
#endif
    return 0;
}
