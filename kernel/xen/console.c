/* The kernel's console: keeps early text, hands the rest to the sink in use. See stardust/console.h. */
#include <stardust/console.h>

#include <kernel/xen/console_parts.h>

#include <stardust/bytes.h>
#include <stardust/clock.h>
#include <stardust/hypercall.h>
#include <stardust/preempt.h>
#include <stardust/print.h>
#include <stardust/spinlock.h>

/* How long a thread sleeps before it looks again whether the backend has taken something. */
#define PAUSE NSEC_PER_MSEC

static struct {
    struct spinlock lock; /* protects the fields below, and keeps what one call writes together */
    bool unlocked;        /* a report is being made: whoever has the lock will not give it back */
    const struct console_sink *sink; /* NULL until one is attached */
    size_t kept;                     /* bytes of `early` in use */
    size_t lost;                     /* bytes dropped since the backend stopped reading */
    unsigned next, served;           /* tickets of threads that sleep with text left; equal: none */
    char early[1024];                /* what was printed before there was a sink */
} console = {.lock = SPINLOCK(LOCK_CONSOLE)};

static const struct console_reader *reader; /* NULL: nobody types */
static void (*sleep)(nsec_t deadline);      /* NULL: nobody may sleep yet */

/* Xen takes all at once; when it refuses, trying again would not help. */
static size_t xen_write(const char *bytes, size_t length)
{
    hypercall_console_write(bytes, length);
    return length;
}

static void xen_wait(nsec_t deadline)
{
    (void)deadline;
}

static bool xen_drained(void)
{
    return true;
}

const struct console_sink console_xen = {
    .name = "Xen's console",
    .write = xen_write,
    .wait = xen_wait,
    .drained = xen_drained,
};

static void keep(const char *bytes, size_t length)
{
    size_t room = sizeof console.early - console.kept;
    size_t fits = length < room ? length : room;

    memcpy(console.early + console.kept, bytes, fits);
    console.kept += fits;
    console.lost += length - fits;
}

/* Write what the sink takes until nothing is left or our patience has ended. Returns the bytes written. */
static size_t write_patiently(const char *bytes, size_t length)
{
    size_t written = console.sink->write(bytes, length);
    nsec_t deadline;

    if (written == length) {
        return written;
    }
    deadline = clock_monotonic() + CONSOLE_PATIENCE;
    do {
        console.sink->wait(deadline);
        written += console.sink->write(bytes + written, length - written);
    } while (written < length && clock_monotonic() < deadline);
    return written;
}

/* Say how much was lost, if it can be said now. Returns whether nothing is left to say. */
static bool confess(void)
{
    char line[64];
    size_t length = format_text(line, sizeof line, "\n[console: %zu bytes lost]\n", console.lost);

    if (console.lost > 0 && console.sink->write(line, length) == length) {
        console.lost = 0;
    }
    return console.lost == 0;
}

/* When the backend has not moved since we gave up on it, nobody waits for every line again. */
static bool given_up(void)
{
    return console.lost > 0 && !confess();
}

static void write_or_keep(const char *bytes, size_t length)
{
    if (console.sink == NULL) {
        keep(bytes, length);
    } else if (given_up()) {
        console.lost += length;
    } else {
        console.lost += length - write_patiently(bytes, length);
    }
}

/* Returns how much was written, or is given up. Context: the lock held. */
static size_t write_some(const char *bytes, size_t length)
{
    if (given_up()) {
        console.lost += length;
        return length;
    }
    return console.sink->write(bytes, length);
}

/* Write the rest when it is the turn of `ticket` and the backend takes it. Others run, write and are interrupted meanwhile. */
static void write_asleep(const char *bytes, size_t length, unsigned ticket)
{
    nsec_t deadline = NSEC_FOREVER;

    while (length > 0) {
        critical_t state;

        sleep(clock_monotonic() + PAUSE);
        state = spin_lock_irqsave(&console.lock);
        if (console.served == ticket) {
            size_t written = write_some(bytes, length);

            bytes += written;
            length -= written;
            if (deadline == NSEC_FOREVER) {
                deadline = clock_monotonic() + CONSOLE_PATIENCE;
            } else if (clock_monotonic() >= deadline) {
                console.lost += length;
                length = 0;
            }
            console.served += length == 0;
        }
        spin_unlock_irqrestore(&console.lock, state);
    }
}

static void write_as_thread(const char *bytes, size_t length)
{
    critical_t state = spin_lock_irqsave(&console.lock);
    unsigned ticket = console.next;
    size_t written = ticket == console.served ? write_some(bytes, length) : 0;

    console.next += written < length;
    spin_unlock_irqrestore(&console.lock, state);
    write_asleep(bytes + written, length - written, ticket);
}

/* A thread may that holds no spinlock. */
static bool may_sleep(void)
{
    return sleep != NULL && console.sink != NULL && !critical_masked() && preempt_depth() == 0;
}

void console_write(const char *bytes, size_t length)
{
    critical_t state;

    if (console.unlocked) {
        write_or_keep(bytes, length);
    } else if (may_sleep()) {
        write_as_thread(bytes, length);
    } else {
        state = spin_lock_irqsave(&console.lock);
        write_or_keep(bytes, length);
        spin_unlock_irqrestore(&console.lock, state);
    }
}

void console_set_sleep(void (*function)(nsec_t deadline))
{
    sleep = function;
}

void console_attach(const struct console_sink *sink)
{
    size_t lost = console.lost;

    console.sink = sink;
    console.lost = 0;
    write_or_keep(console.early, console.kept);
    console.lost += lost;
    console.kept = 0;
}

bool console_last_resort(void)
{
    console.unlocked = true;
    if (console.sink == NULL && hypercall_console_write("", 0) == 0) {
        console_attach(&console_xen);
    }
    return console.sink != NULL;
}

void console_set_reader(const struct console_reader *r)
{
    reader = r;
}

long console_read(char *buffer, size_t size, nsec_t deadline)
{
    return reader != NULL ? reader->read(buffer, size, deadline) : 0;
}

void console_end_input(void)
{
    if (reader != NULL) {
        reader->end();
    }
}

void console_sink_resume(mfn_t ring, evtchn_t port)
{
    if (console.sink != NULL && console.sink->resume != NULL) {
        console.sink->resume(ring, port);
    }
}

bool console_drain(nsec_t deadline)
{
    while (console.sink != NULL && !console.sink->drained()) {
        if (clock_monotonic() >= deadline) {
            return false;
        }
        console.sink->wait(deadline);
    }
    return true;
}
