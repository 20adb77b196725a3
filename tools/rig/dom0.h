/*
 * The machine of a domain run, from outside: QEMU with Xen and the small Linux dom0. Its serial
 * line goes to the log; its control port carries lines (dom0/runner.c says which), a third channel
 * the guest's console, which goes to stdout.
 *
 *     dom0_prepare(&d, options, &events, log);    what every such machine has
 *     dom0_devices(&d, …);                        what stands behind its devices this time
 *     dom0_start(&d, &status);
 *     … dom0_await(&d, …) … dom0_free(&d);
 */
#pragma once

#include <stdbool.h>

#include "console.h"
#include "events.h"
#include "options.h"
#include "qemu.h"
#include "text.h"
#include "typing.h"

/* In MB: the memory of the machine, and the most that it has for a guest. */
enum { DOM0_MEMORY = 1152, DOM0_MOST_GUEST_MEMORY = 768 };

struct dom0 {
    const struct options *options;
    struct events *events;
    struct qemu qemu;
    unsigned common; /* the first so many arguments of QEMU are alike for the warm machine's making
                        and its use */
    int serial;
    int control;
    int guest;
    struct console machine; /* the serial line: in `xen` Xen's lines, in `guest` those of dom0 */
    struct console console; /* the guest's console: all of it in `guest`, never in `xen` */
    struct text lines;      /* of the control port, not yet taken */
    struct typing typing;
    bool migrated; /* QEMU has finished saving or restoring */
    bool halted;   /* QEMU has ended, or Xen has stopped its machine: nothing more will come */
};

/* Where the devices of a machine come from. */
struct dom0_devices {
    int memory; /* descriptor of the file that is its memory */
    bool share; /* writes go to that file; else they are this machine's own */
    int kernel; /* descriptor of the guest's kernel, the first disk; -1: an empty disk */
    int disk;   /* descriptor of the second disk; -1: an empty disk */
};

/** Begin QEMU's arguments and open the channels. `log` is a descriptor or -1; it and `e` outlive
 * the machine. */
void dom0_prepare(struct dom0 *d, const struct options *o, struct events *e, int log);

/** Add the arguments for what differs from run to run, options' --forward among it. */
void dom0_devices(struct dom0 *d, const struct dom0_devices *devices);

/** qemu_start, with words of our own for a port that another program has. */
char *dom0_start(struct dom0 *d, int *status);

/**
 * Move bytes – serial to log, guest's console to stdout – until `done(argument)` is true, for at
 * most `seconds` and not past the deadline of the events.
 *
 * Returns 0; -ETIMEDOUT; -EINTR: somebody wants us to stop; -EPIPE: the machine has halted.
 */
int dom0_await(struct dom0 *d, double seconds, bool (*done)(void *argument), void *argument);

/** The next line of the control port, without its newline, in `line`. Returns false when there is
 * none yet. */
bool dom0_line(struct dom0 *d, struct text *line);

/** Send lines to the runner; false when dom0 does not take them. */
bool dom0_send(struct dom0 *d, const struct text *lines);

/** Run a QMP command of the machine's own events and limit. Returns as qmp_command. */
int dom0_command(struct dom0 *d, const char *name, cJSON *arguments);

/** Tell QEMU, before it saves or restores, to leave the memory file alone and to send an event at the end. */
int dom0_migration_setup(struct dom0 *d);

/** A condition for dom0_await, which takes the struct dom0: QEMU has finished saving or restoring. */
bool dom0_has_migrated(void *d);

/** A line of the log that shows dom0 or Xen themselves broken, or NULL; the caller frees it. */
char *dom0_broken(const struct dom0 *d);

/** Stop QEMU and free everything. */
void dom0_free(struct dom0 *d);
