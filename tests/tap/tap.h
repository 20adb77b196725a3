/*
 * Runs CUnit tests and prints what comes out as TAP lines, so that every kind of test in this project reads the same.
 */
#pragma once

#include <stddef.h>

struct tap_test {
    const char *name; /* what is tested, as a phrase */
    void (*run)(void);
};

/** Run `count` tests of `suite`. Prints "ok N - suite: name" or "not ok ..." with the failed checks. Returns main's status. */
int tap_run(const char *suite, const struct tap_test *tests, size_t count);

/** main's last line: TAP_RUN("suite", tests). */
#define TAP_RUN(suite, tests) tap_run(suite, tests, sizeof(tests) / sizeof((tests)[0]))
