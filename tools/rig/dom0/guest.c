/* The guest as Xen and xenstore show it: see guest.h. */
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>

#include <xenctrl.h>
#include <xenstore.h>

#include "port.h"

static xc_interface *xen;
static struct xs_handle *store;

static void watch(const char *path)
{
    if (!xs_watch(store, path, "")) {
        port_fault("xenstored refuses to watch %s", path);
    }
}

void guest_open(void)
{
    xen = xc_interface_open(NULL, NULL, 0);
    store = xs_open(0);
    if (xen == NULL || store == NULL) {
        port_fault("%s does not answer", xen == NULL ? "Xen" : "xenstored");
    }
    watch("@introduceDomain");
    watch("@releaseDomain");
}

int guest_events(void)
{
    return xs_fileno(store);
}

/* In xl's words; a reason that Xen's header does not know by its number. */
static const char *shutdown_name(unsigned reason)
{
    static const char *const names[] = {
        [SHUTDOWN_poweroff] = "poweroff", [SHUTDOWN_reboot] = "reboot",
        [SHUTDOWN_suspend] = "suspend",   [SHUTDOWN_crash] = "crash",
        [SHUTDOWN_watchdog] = "watchdog", [SHUTDOWN_soft_reset] = "soft-reset"};
    static char number[16];

    if (reason < sizeof names / sizeof names[0]) {
        return names[reason];
    }
    snprintf(number, sizeof number, "%u", reason);
    return number;
}

struct guest guest_read(void)
{
    struct guest guest = {0};
    xc_dominfo_t state;
    char **event;

    while ((event = xs_check_watch(store)) != NULL) {
        free(event);
    }
    if (xc_domain_getinfo(xen, 1, 1, &state) == 1) {
        guest.id = (int)state.domid;
        guest.vcpus = state.nr_online_vcpus;
        guest.shutdown =
            state.shutdown || state.crashed ? shutdown_name(state.shutdown_reason) : NULL;
    }
    return guest;
}

unsigned guest_console_port(int id)
{
    static bool watched;
    char path[64];
    unsigned length;

    snprintf(path, sizeof path, "/local/domain/%d/console/port", id);
    if (!watched) {
        watch(path);
        watched = true;
    }

    char *value = xs_read(store, XBT_NULL, path, &length);
    unsigned port = value != NULL ? (unsigned)strtoul(value, NULL, 10) : 0;

    free(value);
    return port;
}

void guest_console_ready(int id)
{
    static const char terminal[] = "/dev/vport0p2";
    char path[64];

    snprintf(path, sizeof path, "/local/domain/%d/console/tty", id);
    if (!xs_write(store, XBT_NULL, path, terminal, sizeof terminal - 1)) {
        port_fault("xenstored refuses to write %s", path);
    }
}
