/*
 * One serial line on which two speak: the guest, raw, and Xen, each of whose lines begins with
 * "(XEN) ".
 *
 * The guest's bytes go to stdout as they come, everything goes to the log. The guest may forge
 * Xen's lines; what follows from a line must take that into account.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "events.h"
#include "text.h"

struct console {
    int log;             /* descriptor of the log file; -1: none */
    struct text guest;   /* what the guest printed */
    struct text xen;     /* Xen's lines without their "(XEN) " */
    size_t shown;        /* so many bytes of `guest` were written to stdout */
    size_t taken;        /* so many bytes of `xen` were given out by console_xen_line */
    double first_line;   /* clock_seconds() at the end of the guest's first line; 0 before */
    unsigned matched;    /* characters of "(XEN) " just read and held back */
    bool in_xen;         /* inside a line of Xen's */
    bool reader_is_gone; /* nobody reads our stdout any more */
};

/** Begin with nothing read. `log`, which may be -1, remains the caller's. */
void console_begin(struct console *c, int log);

/** Take bytes from the serial line; carriage returns are dropped. */
void console_feed(struct console *c, const char *bytes, size_t length);

/** Is there something of the guest's that stdout has not had? Then wait until it is writable and
 * call console_show. */
bool console_has_more(const struct console *c);

/** Write a little to stdout, which poll says will not block. */
void console_show(struct console *c);

/**
 * Write to stdout, for `seconds` at most, what it has not had of the guest's, unless its reader is gone or somebody wants us
 * to stop. On a terminal, end the last line. This is the end of the run: the deadline of the events is set anew.
 */
void console_show_rest(struct console *c, struct events *e, double seconds);

/** The next complete line of Xen's, in `line`, without "(XEN) " and newline. Returns false when
 * there is none yet. */
bool console_xen_line(struct console *c, struct text *line);

/** Free everything; the log stays open. */
void console_free(struct console *c);
