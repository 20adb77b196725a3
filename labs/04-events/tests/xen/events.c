/*
 * Lab 4 on the real hypervisor: the kernel has booted, with the student's way of an event, when this runs.
 *
 * Each part makes a sum or a hash of what happened, in the order in which it did; the grader knows what it has to be
 * (tests/ktap/events.h). No time is printed, so that two runs with the same seed print the same.
 */
#include <stardust/application.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>

#include "parts.h"

#define TESTS 12

void report(const char *name, bool passed, const char *rule, const char *did, const char *expected,
            const char *exercise)
{
    char usually[48];

    format_text(usually, sizeof usually, "the unit tests of %s say more", exercise);
    guest_report_test(name, passed,
                      &(struct guest_failure){
                          .rule = rule, .did = did, .expected = expected, .usually = usually});
}

int application_run(const char *words)
{
    uint64_t seed;

    (void)words;
    guest_report_begin(TESTS);
    seed = guest_report_seed();
    test_ports(seed);
    test_loopback(seed);
    if (test_timers(seed)) {
        test_registers(seed);
    }
    test_wake(seed);
    test_held(seed);
    test_vectors(seed, test_progress(seed));
    test_sleep(seed);
    print("%s\n", KTAP_GUEST_END("events"));
    return 0;
}
