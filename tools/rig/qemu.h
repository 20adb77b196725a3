/*
 * One QEMU: its argument list, its start, its end.
 *
 * Everything it shares with us is a descriptor that it inherits, so that no port, socket file or
 * name can be taken by somebody else. It runs in a process group of its own (Ctrl-C in the terminal
 * is ours to handle) and dies with us.
 *
 *     qemu_prepare(&q, &machine);             what every machine of ours has
 *     serial = qemu_channel(&q, "serial");    a two-way byte stream: here our end, there chardev
 * "serial" qemu_add(&q, "-serial"); qemu_add(&q, "chardev:serial"); qemu_start(&q, &events); it
 * stands still, answering QMP … qmp_command(&q.qmp, &events, 10, "cont", NULL, NULL); …
 *     qemu_stop(&q);
 */
#pragma once

#include <sys/types.h>

#include "events.h"
#include "options.h"
#include "qmp.h"
#include "text.h"

/*
 * What Xen is told in every machine of ours. Its usual scheduler, credit2, now and then leaves a vCPU that could run in its queue
 * while all processors are idle: when there are more vCPUs than processors, and these stand still for a while, as they do under
 * emulation. And it would leave the floating-point registers of a vCPU where they are until another one touches them, which
 * QEMU 7.2 does not notice when that is by XSAVE or XRSTOR: then programs in dom0 go on with a guest's registers, and break.
 */
#define XEN_LINE                                                                                   \
    "console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all sched=credit spec-ctrl=eager-fpu "

enum { QEMU_MOST_ARGUMENTS = 96, QEMU_MOST_DESCRIPTORS = 8 };

struct qemu_machine {
    unsigned cpus;
    unsigned memory; /* MB */
    enum exact exact;
};

struct qemu {
    char *arguments[QEMU_MOST_ARGUMENTS + 1]; /* NULL at the end */
    unsigned argument_count;
    int passed[QEMU_MOST_DESCRIPTORS]; /* descriptors that QEMU inherits, under the same numbers;
                                          ours until it runs */
    unsigned passed_count;
    pid_t pid;      /* 0 when not running; also its process group */
    int messages;   /* a file in memory: what QEMU printed */
    struct qmp qmp; /* open from qemu_start to qemu_stop */
};

/** Begin the argument list: a PC without default devices, shown nowhere, software emulation,
 * stopped, QMP. */
void qemu_prepare(struct qemu *q, const struct qemu_machine *machine);

/** Add one argument, made as printf would make it. */
void qemu_add(struct qemu *q, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Let QEMU inherit a copy of `descriptor`. Returns the number of it there: "/dev/fd/N" names it.
 */
int qemu_pass(struct qemu *q, int descriptor);

/** A byte stream between us and QEMU's chardev `name`. Returns our end: non-blocking, the caller
 * closes it. */
int qemu_channel(struct qemu *q, const char *name);

/**
 * What QEMU writes to its chardev `name`, without a way back. Returns our end, as above.
 *
 * Unlike a channel it holds a megabyte however small the pieces are: QEMU never has to wait for us,
 * and the guest's time does not depend on how quickly we read.
 */
int qemu_output(struct qemu *q, const char *name);

/**
 * Start QEMU and shake hands. The machine stands still until the QMP command "cont".
 *
 * Returns NULL, or one line that says why it does not run and what to do; the caller frees it.
 * *status is then the exit status that fits: STATUS_USAGE (QEMU missing or older than 7.0),
 * STATUS_INTERRUPTED, or STATUS_RIG.
 */
char *qemu_start(struct qemu *q, struct events *e, int *status);

/** End QEMU at once, without asking it, and reap it. Harmless when it does not run. Its messages
 * stay. */
void qemu_stop(struct qemu *q);

/** Append what QEMU printed to `t`. */
void qemu_messages(const struct qemu *q, struct text *t);

/** qemu_stop, and free everything. */
void qemu_free(struct qemu *q);
