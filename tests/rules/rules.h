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

/* The operations, by what they are about. Each list ends with a rule without a name. */
extern const struct rule rules[], mapping_rules[], table_rules[], call_rules[], event_rules[],
    vcpu_rules[], second_rules[], grant_rules[], grant_copy_rules[];

/** One of four pages of the domain's memory, which nothing else uses. Each host of the suite has its own. */
void *rules_page(unsigned number);

/** Print the answer to each rule as KTAP lines by `print_line`, which ends no line by itself. */
void rules_report(void (*print_line)(const char *format, ...));
