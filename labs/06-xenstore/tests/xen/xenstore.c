/*
 * Lab 6 on the real hypervisor. A direct run has nobody but Xen: the first domain grants to itself. In a domain run there is the
 * real xenstored, and dom0's script, which reads, answers, and plays a backend.
 *
 * Each part comes to a value that follows from the seed, which the grader knows (tests/ktap/others.h).
 */
#include "parts.h"

#include <stardust/application.h>
#include <stardust/clock.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>

enum { DIRECT_TESTS = 5, DOMAIN_TESTS = 4 };

void report(const char *name, bool passed, const char *rule, const char *did, const char *usually)
{
    guest_report_test(name, passed,
                      &(struct guest_failure){.rule = rule, .did = did, .usually = usually});
}

bool wait_for(const unsigned *flag, unsigned wanted)
{
    nsec_t end = clock_monotonic() + PATIENCE;

    while (__atomic_load_n(flag, __ATOMIC_ACQUIRE) < wanted && clock_monotonic() < end) {
        thread_sleep(clock_monotonic() + NSEC_PER_MSEC);
    }
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE) >= wanted;
}

static void run_as_first_domain(uint64_t seed)
{
    test_rows(seed);
    test_pages(seed);
    end_rows(seed);
    end_pages();
    test_moves(seed);
    test_late(seed);
    test_wire(seed);
    test_numbers(seed);
}

static void run_as_guest(uint64_t seed)
{
    test_store(seed);
    test_watch();
    test_device(seed);
}

int application_run(const char *words)
{
    uint64_t seed;

    (void)words;
    guest_report_begin(guest.first_domain ? DIRECT_TESTS : DOMAIN_TESTS);
    seed = guest_report_seed();
    if (guest.first_domain) {
        run_as_first_domain(seed);
    } else {
        run_as_guest(seed);
    }
    print("%s\n", KTAP_GUEST_END("xenstore"));
    return 0;
}
