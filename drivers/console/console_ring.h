/*
 * The PV console: a page that the guest and a program in dom0 (xenconsoled) share, with a ring of bytes for each direction.
 *
 * The guest produces bytes into `out` and the backend consumes them. Both indices count up for ever and wrap at 2^32; the
 * byte number n is at out[n % sizeof out]. A producer may never be more than the ring's size ahead.
 * The backend is somebody else's program: its index may have any value. Document: the public header xen/io/console.h.
 */
#pragma once

#include <stardust/types.h>

#include <xen/io/console.h>

/** Bytes that the guest may write now without overwriting unread ones; 0 when the backend's index makes no sense. */
size_t console_ring_room(const struct xencons_interface *ring);

/**
 * Copy up to `length` bytes into the ring, as many as there is room for, and publish them.
 *
 * The backend must never see the new index before the bytes. Notifying it is the caller's job.
 * Returns the number of bytes that were copied.
 */
size_t console_ring_put(struct xencons_interface *ring, const char *bytes, size_t length);

/**
 * Put text, as much as there is room for, with a carriage return before each line feed: a terminal wants one, and nobody on
 * the way to it adds it. Returns how many of the `length` bytes were put.
 */
size_t console_ring_put_text(struct xencons_interface *ring, const char *bytes, size_t length);

/** Whether the backend has read all that was put. */
bool console_ring_drained(const struct xencons_interface *ring);

/**
 * Copy up to `size` bytes that the backend has typed, from byte number `*from` on, and let it overwrite them. `*from` is ours
 * alone: the backend may write anything into the ring, its own index and ours. Notifying it is the caller's job.
 * Returns how many bytes; 0 also when the backend's index makes no sense.
 */
size_t console_ring_take(struct xencons_interface *ring, XENCONS_RING_IDX *from, char *bytes,
                         size_t size);

/** Make the ring in the machine frame `mfn`, with the event channel `port`, the kernel's console. Context: boot. */
void console_ring_attach(uint64_t mfn, evtchn_t port);

/** Let console_read have what is typed into the same ring. From level 6 on. Context: boot, after console_ring_attach. */
void console_ring_input(uint64_t mfn, evtchn_t port);

/**
 * Somebody handles events of the ring's port from now on. Who waits to write forgets events, which may have told of input:
 * then `raise` is called, to have the handler called all the same. Context: boot.
 */
void console_ring_share_port(void (*raise)(evtchn_t port));
