/*
 * Making and closing ports, each from the argument of the EVTCHNOP_ that does it. Return what Xen does.
 */
#pragma once

#include "fakexen.h"

long event_alloc_unbound(void *argument);
long event_bind_to(void *argument);
long event_bind_to_virq(void *argument);
long event_bind_to_ipi(void *argument);
long event_bind_to_vcpu(void *argument);

/** Close a port that is in use. */
void event_unbind_port(evtchn_t number);

/** Ports from this one on were never used, so that Xen knows nothing of them. */
evtchn_t event_ports_valid(void);
