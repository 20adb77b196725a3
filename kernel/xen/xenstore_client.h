/*
 * What the parts of the xenstore client share: requests (xenstore.c), the gate before them (xenstore_gate.c), what they
 * are for (xenstore_operations.c, xenstore_transaction.c), and the events of watches (xenstore_watch.c).
 */
#pragma once

#include <stardust/list_type.h>
#include <stardust/spinlock_type.h>
#include <stardust/wait_queue.h>
#include <stardust/xenstore.h>

#include <kernel/xen/xenstore_wire.h>

/** A piece of a request's payload. */
struct xenstore_part {
    const void *bytes;
    size_t length;
};

/** The part that the text `string` is, with its NUL. */
struct xenstore_part xenstore_text(const char *string);

/** What xenstored said. */
struct xenstore_answer {
    char *payload; /* a block of the heap with a NUL behind `length` bytes; NULL after an error */
    size_t length;
};

/**
 * Ask xenstored, and wait for what it says. Context: thread, no spinlock held. Returns 0 or what stardust/xenstore.h
 * says.
 */
int xenstore_ask(uint32_t type, uint32_t transaction, const struct xenstore_part *parts,
                 unsigned count, struct xenstore_answer *answer);

/** The same for a request whose answer says no more than that it was done. */
int xenstore_do(uint32_t type, uint32_t transaction, const struct xenstore_part *parts,
                unsigned count);

/* The connection. */

/** Begin it, for the ring that start_info names. Context: boot. Returns 0 or a negative XEN_E* number. */
int xenstore_connection_init(void);

/**
 * Send a message with this header, whose length is that of the parts, at most XENSTORE_PAYLOAD_MAX. Context: thread.
 * Returns 0; -XEN_ETIMEDOUT: it may still be sent, with the next one; -XEN_EIO.
 */
int xenstore_connection_send(const struct xsd_sockmsg *header, const struct xenstore_part *parts,
                             unsigned count, nsec_t deadline);

/** Stop reading. Context: thread; nobody sends. */
void xenstore_connection_suspend(void);

/** Go on; unless it was cancelled, with the ring that start_info names now. Context: thread or boot. */
void xenstore_connection_resume(bool cancelled);

/** Whether xenstored serves the ring: one that can reconnect says while it does that. Context: any. */
bool xenstore_page_ready(const struct xenstore_domain_interface *ring);

/** Why xenstored no longer serves it, in words; NULL: it has not said anything. Context: any. */
const char *xenstore_page_error(const struct xenstore_domain_interface *ring);

/** What is no watch event has come. Context: the thread that reads the ring. */
void xenstore_answered(const struct xenstore_message *message);

/** No request that is under way will be answered. Context: thread. */
void xenstore_requests_fail(void);

/* The gate: who is on the way to xenstored, and whether more may go. */

/**
 * A request begins; waits while the domain is being suspended. A transaction's own may always go on. Context: thread.
 */
void xenstore_gate_enter(void);

/** It has ended. */
void xenstore_gate_leave(void);

/** A transaction begins; waits while the domain is being suspended, or too many are open. Context: thread. */
void xenstore_gate_begin(void);

/** It has ended. */
void xenstore_gate_end(void);

/** Let nobody in any more, and wait until nobody is inside. Context: thread. */
void xenstore_gate_close(void);

/** Let all in again. Context: any. */
void xenstore_gate_open(void);

/** Count one of what xenstore_statistics() tells. */
void xenstore_count(uint64_t *counter);

extern struct xenstore_statistics xenstore_counters;

/** Begin the thread that calls the functions of watches. Context: boot. Returns 0 or a negative XEN_E* number. */
int xenstore_watches_init(void);

/** A watch event has come. Context: the thread that reads the ring. */
void xenstore_watch_event(const struct xenstore_message *message);

/** Xenstored knows none of our watches any more: register them again. Context: any. */
void xenstore_watches_again(void);
