/*
 * The backend of the guest's console: passes on every byte of its ring, in order, as soon as it is
 * there.
 *
 * xenconsoled is not asked: it may drop what it holds when a guest dies at once after its last
 * line.
 */
#pragma once

enum { CONSOLE_TYPED_MOST = 512 };

/** Map the console ring of guest `id` and bind its event channel `port`. A fault when Xen refuses.
 */
void console_connect(int id, unsigned port);

/** A descriptor to poll: readable when the guest has told us of new bytes. -1 before
 * console_connect. */
int console_events(void);

/** Take the event that made console_events readable, ask for the next one, then console_drain. */
void console_serve(void);

/** Pass on all that is in the ring, and tell the guest that there is room again. */
void console_drain(void);

/**
 * Type the bytes that `digits` stands for, two hexadecimal digits each, at most CONSOLE_TYPED_MOST bytes: into the ring as far
 * as the guest has room, the rest as soon as it has. Tells the rig when all is in the ring; not before that comes the next.
 */
void console_type(const char *digits);

/** Bytes passed on so far. */
unsigned long console_bytes(void);
