/*
 * Events becoming pending: the two-level ABI, seen from Xen's side.
 */
#pragma once

#include "fakexen.h"

/** The port that is `number`, or NULL when it is free or there is none. */
struct fakexen_port *event_port(uint64_t number);

/** The port has an event: its bit, the selector's bit, the upcall of its vCPU, as far as nothing is pending or masked. */
void event_set_pending(evtchn_t port);

/** Whether the port's bit is set. */
bool event_is_pending(evtchn_t port);

/** Clear its bit: it was closed. */
void event_clear_pending(evtchn_t port);

/** Clear its mask; what was held back comes now. */
void event_unmask_port(evtchn_t port);
