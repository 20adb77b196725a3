/* What `make run` shows: the machine that the kernel found itself on, as seen from an ordinary C program. */
#include "tour.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/features.h>
#ifdef HAVE_PAGING
#include <stardust/frames.h>
#endif
#ifdef HAVE_XENSTORE
#include <stardust/heap.h>
#include <stardust/xenstore.h>
#endif
#include <stardust/image.h>
#include <stardust/memory.h>
#include <stardust/start_info.h>

static void show_machine(void)
{
    unsigned version = feature_xen_version();

    printf("machine   Xen %u.%u; we are %s; vCPUs: %u\n", version >> 16, version & 0xffff,
           guest.first_domain ? "its first domain" : "a guest beside dom0", cpu_count());
    printf("options   \"%s\"\n", guest.command_line);
}

#ifdef HAVE_XENSTORE
/* The first domain has no xenstore, and no name. */
static void show_name(void)
{
    char *name;

    if (xenstore_read(XENSTORE_NO_TRANSACTION, "name", &name, NULL) == 0) {
        printf("xenstore  our name is \"%s\"\n", name);
        heap_free(name);
    }
}
#endif

static size_t free_kib(void)
{
#ifdef HAVE_PAGING
    struct frame_statistics s = frames_statistics();

    return (s.free + s.cached + s.untouched) * (PAGE_SIZE / 1024);
#else
    return boot_memory_free() / 1024;
#endif
}

static void show_part(const char *name, const void *start, const void *end, const char *access)
{
    printf("          %-16s %8p - %8p  %s\n", name, start, end, access);
}

static void show_memory(void)
{
    printf("memory    %lu KiB, %zu KiB of it free\n", guest.pages * (PAGE_SIZE / 1024), free_kib());
    show_part("text", text_start, text_end, "r-x");
    show_part("read-only data", rodata_start, rodata_end, "r--");
    show_part("data", rodata_end, guard_boot_stack, "rw-");
    show_part("guard page", guard_boot_stack, boot_stack, "---");
    show_part("boot stack", boot_stack, boot_stack_end, "rw-");
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* A little of the C library: the heap, sorting, floating point. */
static void show_library(void)
{
    enum { COUNT = 1000 };
    double *numbers = malloc(COUNT * sizeof *numbers);

    if (numbers == NULL) {
        printf("library   no memory for %d numbers\n", COUNT);
        return;
    }
    srand(1);
    for (int i = 0; i < COUNT; i++) {
        numbers[i] = rand() / (RAND_MAX + 1.0);
    }
    qsort(numbers, COUNT, sizeof *numbers, by_value);
    printf("library   the median of %d random numbers is %.4f\n", COUNT, numbers[COUNT / 2]);
    free(numbers);
}

static void show_time(void)
{
    time_t now = time(NULL);

    printf("time      %.3f s since the host started; it is %s", (double)clock_monotonic() / 1e9,
           ctime(&now));
}

int main(void)
{
    show_machine();
#ifdef HAVE_XENSTORE
    show_name();
#endif
    show_memory();
    show_library();
#ifdef HAVE_SMP
    show_threads();
    show_sleep();
#endif
    show_time();
    printf("done      the domain powers off now\n");
    return 0;
}
