/*
 * The end of a kernel that cannot go on: a report for the person in front of it, then a crash that Xen and the rig see.
 */
#pragma once

#include <stardust/types.h>

struct registers;

/** Print the message, where it comes from and the call chain, then crash the domain. Context: any. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * panic() when `condition` is false. The text names the objects in it: assert_that(ring != NULL, "console: no ring").
 */
#define assert_that(condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            panic(__VA_ARGS__);                                                                    \
        }                                                                                          \
    } while (0)
