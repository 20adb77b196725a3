/*
 * The kernel around the xenstore client, on the build machine: threads in an order that a seed decides (tests/sync/explorer.h),
 * fakexen's xenstored at the other end of the ring, in a thread of its own, and events between the two.
 */
#pragma once

#include <stardust/xenstore.h>

#include <tests/fakexen/xenstored.h>
#include <tests/sync/explorer.h>
#include <tests/tap/tap.h>

#include <stdio.h>
#include <string.h>

#include <xen/errno.h>

/**
 * Begin: the client as at boot, connected to an honest xenstored with an empty tree. Patient, see explorer_set_patient. Each call
 * is another seed for xenstored.
 */
void host_start(void);

/** The page of the ring. */
struct xenstore_domain_interface *host_ring(void);

/** The domain has been suspended and resumed elsewhere: another page, and an xenstored that knows of no watch. */
void host_move(void);

/** Do `what` to xenstored, and wake it. */
void host_set_malice(enum xenstored_malice what);

/** Send the guest an event. */
void host_event(void);

/** Blocks of the heap in use. */
unsigned host_blocks(void);

/** What was printed since the start. */
const char *host_printed(void);

/** Try many seeds with `number` threads that all run `work`. `prepare`, perhaps NULL, is called after host_start. */
void host_try(unsigned seeds, unsigned number, void (*prepare)(void), void (*work)(void));
