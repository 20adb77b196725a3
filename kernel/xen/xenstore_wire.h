/*
 * The xenstore ring and what goes through it: bytes, messages made of them, and what an answer says.
 *
 * The page has two rings of 1,024 bytes, one in each direction. A message is a header of 16 bytes and up to 4,096 bytes
 * more, so that it goes through a ring in pieces. Everything in the page is shared with xenstored, which may be
 * anything: what is in it can change at any time, and can be wrong in any way.
 *
 * Document: docs/misc/xenstore-ring.txt and xenstore.txt of Xen, and the public header xen/io/xs_wire.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

#include <xen/io/xs_wire.h>

/** Our end of the ring. */
struct xenstore_wire {
    struct xenstore_domain_interface *ring; /* the page; shared */
    evtchn_t port;
    uint32_t req_prod, rsp_cons; /* our indices: those in the page are for xenstored to read */
};

/** A message on its way through the ring. Header and payload follow each other, as they do there. */
struct xenstore_message {
    size_t done; /* bytes of header and payload that have gone through the ring so far */
    struct xsd_sockmsg header;
    char payload[XENSTORE_PAYLOAD_MAX +
                 1]; /* header.len bytes; then, once it has been received, a NUL */
};

/**
 * Put up to `length` bytes into the ring of requests, and show them to xenstored; the event is the caller's matter.
 *
 * Returns how many there was room for; -XEN_EIO when xenstored's index makes no sense: then nothing was changed.
 */
int xenstore_ring_put(struct xenstore_wire *wire, const char *bytes, size_t length);

/** Take up to `length` bytes from the ring of answers. Returns how many there were; -XEN_EIO as above. */
int xenstore_ring_get(struct xenstore_wire *wire, char *bytes, size_t length);

/**
 * Send what is left of `message`, as far as there is room, and an event if that was anything. header.len is at most
 * XENSTORE_PAYLOAD_MAX. Returns 0 when all of it is sent; -XEN_EAGAIN: go on when xenstored has read; -XEN_EIO.
 */
int xenstore_send(struct xenstore_wire *wire, struct xenstore_message *message);

/**
 * Receive what is there of `message`, whose `done` is 0 at first, and send an event if that was anything: xenstored may
 * wait for room. Returns 0 when all of it is there, with a NUL behind it; -XEN_EAGAIN: go on when xenstored has
 * written; -XEN_EIO, also when the message is longer than the protocol allows.
 */
int xenstore_receive(struct xenstore_wire *wire, struct xenstore_message *message);

/**
 * The negative XEN_E* number of the error `name`, which has `length` bytes and perhaps a NUL as the last; -XEN_EIO:
 * unknown.
 */
int xenstore_error_number(const char *name, size_t length);

/**
 * Whether `message` answers a request of `type`: 0; what the error that it reports is; -XEN_EIO when it is something
 * else.
 */
int xenstore_answer_check(const struct xenstore_message *message, uint32_t type);

/** The number of names in a list, each of at least one byte and ended by a NUL; -XEN_EIO when it is not such a list. */
int xenstore_names_count(const char *list, size_t length);

/** The path and the token of a watch event, in its payload. Returns 0; -XEN_EIO when it has not both. */
int xenstore_event_parts(const struct xenstore_message *message, const char **path,
                         const char **token);

/**
 * The number that `length` bytes of text are, decimal or hexadecimal after "0x". Returns 0; -XEN_EINVAL when it is none
 * or does not fit: then `*number` is not changed.
 */
int xenstore_number(const char *text, size_t length, uint64_t *number);
