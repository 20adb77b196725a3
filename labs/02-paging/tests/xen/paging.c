/*
 * Lab 2 on the real hypervisor: the kernel has booted with the student's allocator when this runs.
 *
 * Each part writes words that follow from the seed, and adds what it finds in memory afterwards; the grader knows the sums
 * (tests/ktap/memory.h). Values: pages, blocks_sum, pages_sum, memory_sum, mapped_sum, writable_pages, pages_lost.
 */
#include <stardust/application.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>

#include "parts.h"

#define TESTS 7

int application_run(const char *words)
{
    uint64_t seed;

    (void)words;
    guest_report_begin(TESTS);
    seed = guest_report_seed();
    test_blocks(seed);
    test_pages(seed);
    test_memory(seed);
    test_mappings(seed);
    test_protect(seed);
    print("%s\n", KTAP_GUEST_END("paging"));
    return 0;
}
