/*
 * Reporting from inside a guest: the lines of ktap.h on its console. For applications that are a lab's tests.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** What a failed test says, a line each; NULL: that line is missing. */
struct guest_failure {
    const char *rule, *did, *expected, *usually;
};

/** Begin a report of `count` tests. Reads token and seed from the command line; call it before anything else here. */
void guest_report_begin(unsigned count);

/** The run's seed. */
uint64_t guest_report_seed(void);

/** Report the test `name`; `failure` is printed unless `passed`. */
void guest_report_test(const char *name, bool passed, const struct guest_failure *failure);

/** Report a value that the grader checks. */
void guest_report_value(const char *name, uint64_t value);

/** Write the seeded stream to the console, in pieces of many lengths, some longer than any ring. */
void guest_report_stream(void);
