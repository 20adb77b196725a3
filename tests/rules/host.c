/* The rule suite against fakexen, by way of the kernel's own hypercall(). See rules.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <stardust/start_info.h>

#include <tests/fakexen/entry.h>
#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/crash.h>
#include <tests/ktap/ktap.h>

#include "rules.h"

static void print_line(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void *rules_page(unsigned number)
{
    return fakexen_page(FAKEXEN_PAGE_FREE + number);
}

int main(void)
{
    fakexen_start(&(struct fakexen_options){.first_domain = true, .pages = 1024});
    memset(fakexen.shared_info->evtchn_mask, 0xff, sizeof fakexen.shared_info->evtchn_mask);
    start_info_read(&guest, fakexen.start_info);
    crash_catch();
    if (entry_catch() != 0) {
        print_line(
            "Bail out! this machine allows no seccomp filter, by which hypercalls are caught\n");
        return KTAP_STATUS_INFRA;
    }
    rules_report(print_line);
    return 0;
}
