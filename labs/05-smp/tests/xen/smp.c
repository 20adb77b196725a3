/*
 * Lab 5 on the real hypervisor: the kernel has booted on all vCPUs with the student's files when this runs.
 *
 * Each part comes to a value that follows from the seed and the number of vCPUs, which the grader knows (tests/ktap/vcpus.h).
 * Values: vcpus, vcpu_results, counted, turns, calls, journey.
 */
#include <stardust/application.h>
#include <stardust/clock.h>
#include <stardust/print.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>

#include "parts.h"

#define TESTS 6

unsigned vcpus_online(void)
{
    unsigned count = 0;

    for (cpu_mask_t left = cpus_online; left != 0; left &= left - 1) {
        count++;
    }
    return count;
}

bool on_each_vcpu(unsigned first, void *(*function)(void *number))
{
    struct thread *threads[CPUS_MAX] = {NULL};
    nsec_t deadline = clock_monotonic() + PATIENCE;
    bool good = true;

    for (unsigned i = first; i < vcpus_online(); i++) {
        struct thread_options options = {.name = "worker", .affinity = (cpu_mask_t)1 << i};

        good = thread_create(&threads[i], &options, function, (void *)(uintptr_t)i) == 0 && good;
    }
    for (unsigned i = first; i < vcpus_online(); i++) {
        good = threads[i] != NULL && thread_join(threads[i], NULL, deadline) == 0 && good;
    }
    return good;
}

int application_run(const char *words)
{
    uint64_t seed;

    (void)words;
    guest_report_begin(TESTS);
    seed = guest_report_seed();
    test_up();
    test_results(seed);
    test_counter(seed);
    test_turns(seed);
    test_calls(seed);
    test_journey(seed);
    print("%s\n", KTAP_GUEST_END("smp"));
    return 0;
}
