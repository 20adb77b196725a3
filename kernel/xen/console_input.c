/* Reading lines from the console: see stardust/console_input.h. */
#include <stardust/console_input.h>

#include <kernel/xen/console_line.h>
#include <kernel/xen/console_parts.h>

#include <stardust/mutex.h>
#include <stardust/spinlock.h>
#include <stardust/wait.h>

#include <xen/errno.h>

static struct {
    const struct console_source *source; /* set once */

    struct mutex
        reading;    /* protects `line` and the fields up to `echo`: one thread at a time reads */
    char block[64]; /* taken from the source, not yet typed into the line */
    size_t used, taken;
    char echo[CONSOLE_ECHO_MOST];

    struct spinlock lock; /* LOCK_WAIT; protects the fields below */
    bool ended;           /* nothing is read any more; read without the lock */
    bool arrived;         /* something may have come since the source was asked last */
    struct wait_queue waiters;
} input = {.lock = SPINLOCK(LOCK_WAIT)};

static struct console_line line; /* input.reading */

void console_input_arrived(void)
{
    critical_t state = spin_lock_irqsave(&input.lock);

    input.arrived = true;
    wait_queue_wake_one(&input.waiters);
    spin_unlock_irqrestore(&input.lock, state);
}

/* Sleep until something may have come since the last time. Returns 0 or -XEN_ETIMEDOUT. */
static int await_arrival(nsec_t deadline)
{
    critical_t state = spin_lock_irqsave(&input.lock);
    int error = 0;

    if (!input.arrived) {
        error = wait_queue_sleep(&input.waiters, &input.lock, deadline, "the console's input");
    }
    input.arrived = false;
    spin_unlock_irqrestore(&input.lock, state);
    return error;
}

/* The next byte that was typed. Returns false when there is none yet. */
static bool next_byte(char *byte)
{
    if (input.used == input.taken) {
        input.used = 0;
        input.taken = input.source->take(input.block, sizeof input.block);
    }
    if (input.taken == 0) {
        return false;
    }
    *byte = input.block[input.used++];
    return true;
}

/* Type what has come into the line, until it is complete. Returns whether it is. */
static bool edit_line(void)
{
    char byte;

    while (!line.complete && next_byte(&byte)) {
        size_t shown = console_line_type(&line, byte, input.echo);

        if (shown > 0) {
            console_write(input.echo, shown);
        }
    }
    return line.complete;
}

static long read_line(char *buffer, size_t size, nsec_t deadline)
{
    int error = mutex_lock_until(&input.reading, deadline);

    if (error != 0) {
        return error;
    }
    while (error == 0 && !edit_line() && !__atomic_load_n(&input.ended, __ATOMIC_ACQUIRE)) {
        error = await_arrival(deadline);
    }
    if (error == 0) {
        error = (int)console_line_give(&line, buffer, size);
    }
    mutex_unlock(&input.reading);
    return error;
}

static void end_input(void)
{
    __atomic_store_n(&input.ended, true, __ATOMIC_RELEASE);
    console_input_arrived();
}

void console_input_attach(const struct console_source *source)
{
    static const struct console_reader reader = {.read = read_line, .end = end_input};

    input.source = source;
    console_set_reader(&reader);
}

void console_source_resume(mfn_t ring, evtchn_t port)
{
    if (input.source != NULL && input.source->resume != NULL) {
        input.source->resume(ring, port);
    }
}
