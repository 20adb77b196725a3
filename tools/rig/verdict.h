/*
 * How a direct run ended, from what Xen prints on the serial line and what QEMU's machine protocol
 * shows.
 *
 * The guest can print whatever Xen prints. So a clean end takes an event that only a reset of the
 * machine makes, and a line of Xen's; a forged crash harms only its forger.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "console.h"
#include "events.h"
#include "image.h"
#include "outcome.h"
#include "qmp.h"

enum verdict_kind {
    VERDICT_NONE,     /* the run goes on */
    VERDICT_POWEROFF, /* the guest asked for the end, and the machine was reset */
    VERDICT_CRASH,    /* Xen dumped the guest, or the guest crashed itself */
    VERDICT_HALT,     /* it shut down with the reason that halts the machine */
    VERDICT_ODD,      /* it shut down with another reason */
    VERDICT_RESET,    /* the machine was reset behind Xen's back */
    VERDICT_PANIC,    /* Xen itself gave up */
    VERDICT_TIME,     /* the time limit */
    VERDICT_FLOOD,    /* it printed too much */
    VERDICT_QEMU      /* QEMU ended, or was ended by somebody else */
};

struct verdict {
    enum verdict_kind kind;
    double limit;           /* clock_seconds() at which verdict_time_over is due */
    double seconds;         /* the time limit of the run, for the message */
    double virtual_seconds; /* that had passed inside, when that was too much; else 0 */
    bool dump_begun;        /* Xen has begun to dump the guest */
    bool guest_began;       /* Xen has handed the machine to the guest */
    bool announced;         /* Xen has said that the guest asked for the end */
    bool panic_begun;       /* the next line of Xen's is the reason of its panic */
    char *detail;           /* the line of Xen's that told; NULL: none */
    char *shutdown_event;   /* the reason in QEMU's SHUTDOWN event; NULL: none came */
};

/** Begin a run with a time limit of `seconds`. */
void verdict_begin(struct verdict *v, double seconds);

/** A line of Xen's came, without its mark. `guest_spoke`: the guest has printed something. */
void verdict_xen_line(struct verdict *v, const char *line, bool guest_spoke);

/** QEMU's event SHUTDOWN came with this reason. */
void verdict_shutdown(struct verdict *v, const char *reason);

/** QEMU has closed a connection. */
void verdict_qemu_ended(struct verdict *v);

/** v->limit has come. */
void verdict_time_over(struct verdict *v);

/** `seconds` have passed by the machine's own clock, which is more than it was given. */
void verdict_virtual_time_over(struct verdict *v, double seconds);

/** So many bytes have been printed in all. */
void verdict_output(struct verdict *v, size_t bytes);

/** Is there nothing more to wait for? */
bool verdict_is_given(const struct verdict *v);

/* What there is to look at when a run has ended. */
struct evidence {
    struct image *image;
    const struct console *console;
    const char *said;      /* by QEMU */
    struct qmp *qmp;       /* NULL: the machine is gone */
    struct events *events; /* for qmp; its deadline is moved, since looking takes a little longer
                              than the run */
};

/** Put the verdict into words: fills the outcome. */
void verdict_explain(const struct verdict *v, struct outcome *o, const struct evidence *e);

/** Free what the verdict owns. */
void verdict_free(struct verdict *v);
