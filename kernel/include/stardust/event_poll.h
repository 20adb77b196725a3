/*
 * Sending an event, and waiting for one by polling: for a kernel without upcalls, and for code that cannot sleep.
 *
 * Document: the public headers xen/event_channel.h and xen/sched.h (SCHEDOP_poll).
 */
#pragma once

#include <stardust/types.h>

/** Send an event to the other end of `port`. Context: any. Returns 0 or a negative XEN_E* number. */
int event_notify(evtchn_t port);

/**
 * Sleep until `port` has had an event or the monotonic clock reaches `deadline`, and forget the event.
 *
 * An event that came before the call counts, so that none is missed between looking at what it is about and this call; look
 * again after it. Context: any; nobody else may wait for the same port.
 */
void event_wait(evtchn_t port, nsec_t deadline);
