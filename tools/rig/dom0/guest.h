/*
 * The guest as Xen and xenstore show it to dom0: whether it is there, and how it ended.
 */
#pragma once

#include <stdbool.h>

struct guest {
    int id;               /* its domain number; 0: Xen has none yet */
    unsigned vcpus;       /* virtual CPUs that are online */
    const char *shutdown; /* why it stopped, in xl's words; NULL while it lives */
};

/** Begin to watch for guests. Ends the program with a fault when Xen or xenstored does not answer.
 */
void guest_open(void);

/** A descriptor to poll: it is readable when a guest may have come, changed or gone. */
int guest_events(void);

/** Take what made guest_events readable, then ask Xen for the state of the guest: there is at most
 * one. */
struct guest guest_read(void);

/** The event channel that the guest's console waits on; 0 as long as xl has not published it (a
 * later event tells). */
unsigned guest_console_port(int id);

/** Tell xl that the guest's console is being read: it waits for that before it lets the guest run.
 */
void guest_console_ready(int id);
