/*
 * Operations whose outcome fakexen and the real hypervisor must agree on. Compiled for both: see host.c and guest.c.
 *
 * Each operation leaves the domain as it was, so that their order does not matter.
 */
#pragma once

#include <stddef.h>

struct rule {
    const char *name;
    long (*operation)(void);
    long expected; /* what Xen returns */
};

extern const struct rule rules[];
extern const size_t rule_count;

/** Print the answer to each rule as KTAP lines by `print_line`, which ends no line by itself. */
void rules_report(void (*print_line)(const char *format, ...));
