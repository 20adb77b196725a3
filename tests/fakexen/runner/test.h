/*
 * What a unit test of a lab sees: saying in words what is wrong, and the run's seed.
 *
 * A lab's tests are CUnit tests. Each one runs in a process of its own (isolate.h), so it may leave fakexen and the
 * kernel's variables as it likes, and code under test that crashes, never returns or ends the process fails that one.
 */
#pragma once

#include <stdint.h>

#include <CUnit/CUnit.h>

/** A lab's tests: SUITE.NAME is what a report calls them. Ends with CU_SUITE_INFO_NULL. Each lab defines it. */
extern CU_SuiteInfo unit_suites[];

/** What a failure's report says, a line each; NULL: that line is missing. See tests/ktap/ktap.h. */
struct failure {
    const char *rule;     /* what must hold, and the document that says so */
    const char *did;      /* what the code under test did */
    const char *expected; /* what would have been right */
    const char *usually;  /* the commonest cause, and where the handout speaks of it */
    const void *where;    /* an address in the code at fault */
};

/** Fail this test, and end it. Context: a test, or an observer of watch.h. */
_Noreturn void test_fail(const struct failure *failure);

/** test_fail() unless `condition` holds: CHECK(room == 5, .rule = "...", .did = text("room was %zu", room)). */
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            test_fail(&(struct failure){__VA_ARGS__});                                             \
        }                                                                                          \
    } while (0)

/**
 * Call `function` in a process of its own, as often as a test wants the code under test fresh from the start. When it fails,
 * so does the test.
 */
void test_apart(void (*function)(const void *data), const void *data);

/** A short text made as printf would make it; it lasts as long as the test. */
const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The run's seed. */
uint64_t test_seed(void);
