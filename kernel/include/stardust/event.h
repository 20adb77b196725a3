/*
 * Event channels: how Xen, other domains and other vCPUs tell us that something happened.
 *
 * A port is one end of a channel. An event sets the port's pending bit, and unless the port is masked, Xen interrupts the
 * vCPU that the port is bound to with an upcall. Events carry nothing, and two that come before the first was handled are
 * one; so whoever handles one looks what there is to do. The bit is cleared before the handler is called: an event that
 * comes meanwhile is not lost. Document: the public headers xen/event_channel.h and xen/xen.h (the two-level ABI).
 */
#pragma once

#include <stardust/event_poll.h>
#include <stardust/event_ports.h>
#include <stardust/types.h>

#include <xen/xen.h>

/**
 * Handles an event. It acknowledges and wakes, no more: a device masks its port and wakes the thread that does the work and
 * unmasks it, so that nobody can keep us busy with events. Context: upcall, on the vCPU that the port is bound to.
 */
typedef void event_handler(evtchn_t port, void *context);

/** Mask all ports, and let this vCPU have upcalls. Context: boot of the first vCPU, upcalls masked. */
void events_init(void);

/** Let this vCPU have upcalls. Context: boot of each other vCPU, upcalls masked. */
void events_init_this(void);

/** Every port has gone, since the domain was restored: nobody handles any. Context: suspend.c, alone. */
void events_forget(void);

/** What the entry of an upcall calls: handle each event that is pending for this vCPU, once. Context: upcall. */
void event_dispatch(void);

/** Keep events of `port` back; they stay pending. Context: any. */
void event_mask(evtchn_t port);

/** Let them come again; one that was held back comes now. Context: any. */
void event_unmask(evtchn_t port);

/** Have the handler of `port` called as if an event had come, once the port is not masked. Context: any. */
void event_raise(evtchn_t port);

/**
 * Bind a virtual interrupt VIRQ_* to this vCPU; for those that are not per vCPU, only the first caller gets it.
 *
 * Context: thread or boot. The port is unmasked. Returns the port, or a negative XEN_E* number: -XEN_EEXIST when it is bound.
 */
int event_bind_virq(unsigned virq, event_handler *handler, void *context);

/** Make a port by which vCPUs send events to the vCPU `cpu`. Returns the port or a negative XEN_E* number. */
int event_bind_ipi(unsigned cpu, event_handler *handler, void *context);

/** Make our end of a channel to which the domain `remote` will connect. Returns the port or a negative XEN_E* number. */
int event_bind_unbound(domid_t remote, event_handler *handler, void *context);

/** Connect to `remote_port`, which the domain `remote` made for us. Returns our port or a negative XEN_E* number. */
int event_bind_interdomain(domid_t remote, evtchn_t remote_port, event_handler *handler,
                           void *context);

/** Handle the events of `port`, which was made for us (console, xenstore). Returns 0; -XEN_EEXIST when somebody does. */
int event_listen(evtchn_t port, event_handler *handler, void *context);

/**
 * Close the port. When it returns, its handler is not running, and will not be called: it waits for all handlers that other vCPUs
 * have begun. Context: thread, no spinlock held.
 */
void event_unbind(evtchn_t port);

/**
 * Have the events of `port`, not a virtual interrupt's or an IPI's, handled on the vCPU `cpu`; its handler does not run on both.
 * Context: as event_unbind. Returns 0 or -XEN_E*.
 */
int event_move(evtchn_t port, unsigned cpu);

/** Look at the ports that event_move has given this vCPU. Context: the handler of its reschedule_port. */
void event_look(void);

/** Let those ports of the vCPU `cpu`, which goes down, that can move go to the first one. Context: its steward. */
void events_leave(unsigned cpu);

/** What has happened so far on all vCPUs together. */
struct event_statistics {
    uint64_t upcalls, handled, stray;
};

/** Add up. Context: any. */
struct event_statistics event_statistics(void);

/** How often the handler of `port` was called. Context: any. */
uint64_t event_count(evtchn_t port);

/** Print each bound port and how often it had an event. Context: any. */
void events_print(void);
