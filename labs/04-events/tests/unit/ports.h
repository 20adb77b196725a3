/*
 * A fake domain of two vCPUs with ports that have handlers, and what is known of each port. The tests run on vCPU 0.
 */
#pragma once

#include <stardust/event.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define ABI_RULE "(the public header xen/event_channel.h, two-level ABI)"

/** Begin anew: every port masked, nothing pending, upcalls masked. */
void ports_start(void);

/** The same, in the domain that there is: no port is bound any more. */
void ports_again(void);

/** Make `port` one of `vcpu`, unmasked, with a handler that counts. */
void port_bind(evtchn_t port, unsigned vcpu);

/** The same with another handler. */
void port_bind_to(evtchn_t port, unsigned vcpu, event_handler *handler);

/** An event comes to `port` from outside. */
void port_tell(evtchn_t port);

/** How often the counting handler was called for `port`, and how many events came. */
unsigned port_handled(evtchn_t port);
unsigned port_told(evtchn_t port);

/** Whether the latest event of `port` came before the latest call of the counting handler. */
bool port_up_to_date(evtchn_t port);

/** What the counting handler does. */
void port_count(evtchn_t port, void *context);

bool port_masked(evtchn_t port);
bool port_pending(evtchn_t port);

/** Whether Xen has told `vcpu` that it should look at `port`. */
bool port_announced(evtchn_t port, unsigned vcpu);

/** Fail unless the event of `port` waits where the vCPU will look. */
void port_check_not_lost(evtchn_t port, const char *did, const char *usually, const void *where);
