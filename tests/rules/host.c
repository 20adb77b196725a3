/* The rule suite against fakexen, by way of the kernel's own hypercall(). See rules.h. */
#include <stdarg.h>
#include <stdio.h>

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

/* As at the start of a domain, but for what the kernel of level 2 does: vCPU 0 has a place of its own. */
static void start(void)
{
    struct fakexen_vcpu *second = &fakexen.vcpus[1];

    fakexen_start(&(struct fakexen_options){.first_domain = true, .pages = 1024, .vcpus = 2});
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 1;
    second->info = &fakexen.shared_info->vcpu_info[1];
    second->registered = second->initialised = second->up = false;
    start_info_read(&guest, fakexen.start_info);
}

int main(void)
{
    start();
    crash_catch();
    if (entry_catch() != 0) {
        print_line(
            "Bail out! this machine allows no seccomp filter, by which hypercalls are caught\n");
        return KTAP_STATUS_INFRA;
    }
    rules_report(print_line);
    return 0;
}
