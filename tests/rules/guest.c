/* The rule suite on the real hypervisor: an application of a kernel that boots as the first domain. See rules.h. */
#include <stardust/application.h>
#include <stardust/print.h>

#include "rules.h"

int application_run(const char *words)
{
    (void)words;
    rules_report(print);
    return 0;
}
