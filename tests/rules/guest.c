/* The rule suite on the real hypervisor: an application of a kernel that boots as the first domain. See rules.h. */
#include <stardust/application.h>
#include <stardust/layout.h>
#include <stardust/print.h>

#include "rules.h"

static char pages[4][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

void *rules_page(unsigned number)
{
    return pages[number];
}

int application_run(const char *words)
{
    (void)words;
    rules_report(print);
    return 0;
}
