/*
 * The console: where the kernel's and the application's text goes.
 *
 * The kernel owns this interface, and a driver provides a sink. Until a sink is attached, text is kept, and written
 * to the first sink that comes. Text is never reordered, and lost only when the backend has not read for
 * CONSOLE_PATIENCE: then the number of lost bytes is printed once it reads again.
 */
#pragma once

#include <stardust/types.h>

#define CONSOLE_PATIENCE (10 * NSEC_PER_SEC)

struct console_sink {
    const char *name; /* as shown to people */

    /** Take up to `length` bytes, without waiting. Returns how many were taken. */
    size_t (*write)(const char *bytes, size_t length);

    /** Wait until the backend may have taken something, or `deadline` has come. */
    void (*wait)(nsec_t deadline);

    /** Whether the backend has taken all that was written. */
    bool (*drained)(void);

    /** The domain was restored: the backend is another one now, at this ring and port. NULL: nothing to do. */
    void (*resume)(mfn_t ring, evtchn_t port);
};

/** Send all text to `sink` from now on, what was kept first. `sink` lives for ever. Context: boot. */
void console_attach(const struct console_sink *sink);

/**
 * Write `length` bytes. Waits for the backend when its buffer is full: a thread that holds no spinlock sleeps, if console_set_sleep was
 * called; everybody else keeps the vCPU. Context: any.
 */
void console_write(const char *bytes, size_t length);

/** Let threads wait by `sleep`, which returns when the monotonic clock has reached `deadline`. Context: boot. */
void console_set_sleep(void (*sleep)(nsec_t deadline));

/** Wait until the backend has taken everything, or `deadline` has come. Context: any. Returns whether it has. */
bool console_drain(nsec_t deadline);

/**
 * For a report that must be seen, perhaps before there is a sink: attach Xen's own console if there is none and if this
 * domain may use it; and no longer wait for others who are writing. Context: any. Returns whether what is printed now goes anywhere.
 */
bool console_last_resort(void);

/**
 * Wait until the backend has taken everything: what it has not taken when the domain is saved, the next one may show again.
 * Gives up after a second. Context: thread, when nobody else runs.
 */
void console_suspend(void);

/** Go on with the ring and port that `guest` names, or with the old ones. Context: as console_suspend; events can be bound. */
void console_resume(bool cancelled);

/** Where what was typed is read. */
struct console_reader {
    long (*read)(char *buffer, size_t size, nsec_t deadline); /* as console_read */
    void (*end)(void);                                        /* as console_end_input */
};

/** Let `reader` do what console_read says; it lives for ever. Context: boot. */
void console_set_reader(const struct console_reader *reader);

/**
 * Read up to `size` bytes of a line that was typed, sleeping until there is one or the monotonic clock reaches `deadline`.
 * What a line is, and how it is edited while it is typed: console_input.h. Context: thread, no spinlock held.
 * Returns how many bytes; 0 at the end of the input, at once where there is none; -XEN_ETIMEDOUT.
 */
long console_read(char *buffer, size_t size, nsec_t deadline);

/** From now on the input is at its end: who sleeps in console_read wakes. Context: thread, no spinlock held. */
void console_end_input(void);

/** Xen's own console: the sink for the first domain, which has no ring. */
extern const struct console_sink console_xen;
