/*
 * What the fake xenstored answers to a request, without the ring.
 */
#pragma once

#include <stdint.h>

#include <xen/xen.h>

#include <xen/io/xs_wire.h>

struct xenstored_message {
    struct xsd_sockmsg header;
    char payload[XENSTORE_PAYLOAD_MAX + 1];
};

/** Have an answer or an event sent. Defined by xenstored.c. */
void xenstored_queue(const struct xenstored_message *message);

/** Begin with an empty tree and no watch. */
void answer_start(void);

/** Forget the guest's watches and transactions. */
void answer_forget_guest(void);

/** Do what the request asks for, and queue the answer. Its payload is followed by a NUL. */
void answer(const struct xenstored_message *request);
