/* Telling the guest's lines from Xen's: see console.h. */
#include "console.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

static const char mark[] = "(XEN) ";

enum { MARK_LENGTH = sizeof mark - 1 };

void console_begin(struct console *c, int log)
{
    *c = (struct console){.log = log};
}

static void take_guest(struct console *c, const char *bytes, size_t length)
{
    text_append(&c->guest, bytes, length);
    if (c->first_line == 0 && memchr(bytes, '\n', length) != NULL) {
        c->first_line = clock_seconds();
    }
}

/* What was held back turned out to be the guest's. */
static void release_held(struct console *c)
{
    take_guest(c, mark, c->matched);
    c->matched = 0;
}

/* The mark counts anywhere: Xen does not begin a new line when the guest has left one unfinished.
 */
static void take_character(struct console *c, char character)
{
    if (c->in_xen) {
        text_append(&c->xen, &character, 1);
        c->in_xen = character != '\n';
        return;
    }
    if (character != mark[c->matched]) {
        release_held(c);
    }
    if (character != mark[c->matched]) {
        take_guest(c, &character, 1);
        return;
    }
    if (++c->matched == MARK_LENGTH) {
        c->matched = 0;
        c->in_xen = true;
    }
}

void console_feed(struct console *c, const char *bytes, size_t length)
{
    struct text kept = {0};

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\r') {
            take_character(c, bytes[i]);
            text_append(&kept, &bytes[i], 1);
        }
    }
    /* The log is a help, not a verdict: a full disk must not end the run. */
    if (c->log >= 0 && kept.length > 0 && write(c->log, kept.bytes, kept.length) < 0) {
        c->log = -1;
    }
    text_free(&kept);
}

bool console_has_more(const struct console *c)
{
    return !c->reader_is_gone && c->shown < c->guest.length;
}

void console_show(struct console *c)
{
    size_t left = c->guest.length - c->shown;
    /* So much a pipe takes without blocking once it is writable. */
    ssize_t written =
        write(STDOUT_FILENO, c->guest.bytes + c->shown, left < PIPE_BUF ? left : PIPE_BUF);

    if (written >= 0) {
        c->shown += (size_t)written;
    } else if (errno != EINTR && errno != EAGAIN) {
        c->reader_is_gone = true;
    }
}

void console_show_rest(struct console *c, struct events *e, double seconds)
{
    double until = clock_seconds() + seconds;
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    e->deadline = until;
    while (console_has_more(c) && events_wait(e, &out, 1, until) == EVENT_READY) {
        console_show(c);
    }
    if (isatty(STDERR_FILENO) && c->guest.length > 0 &&
        c->guest.bytes[c->guest.length - 1] != '\n') {
        fputc('\n', stderr); /* what we have to say begins a line of its own */
    }
}

bool console_xen_line(struct console *c, struct text *line)
{
    const char *start = c->xen.bytes + c->taken;
    const char *end =
        c->taken < c->xen.length ? memchr(start, '\n', c->xen.length - c->taken) : NULL;

    if (end == NULL) {
        return false;
    }
    line->length = 0;
    text_append(line, start, (size_t)(end - start));
    c->taken += (size_t)(end - start) + 1;
    return true;
}

void console_free(struct console *c)
{
    text_free(&c->guest);
    text_free(&c->xen);
}
