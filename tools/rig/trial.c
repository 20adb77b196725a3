/* rig trial: an empty machine, started and ended, so that a fresh computer learns early whether
 * QEMU works on it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "message.h"
#include "outcome.h"
#include "process.h"
#include "qemu.h"

enum { ANSWER_SECONDS = 20 };

/* Let the processor run until the firmware says something on its debug port: then it executes
 * instructions. */
static int try_machine(struct qemu *q, struct events *e, int firmware)
{
    struct pollfd sources[] = {{.fd = firmware, .events = POLLIN}};
    int error = qmp_command(&q->qmp, e, ANSWER_SECONDS, "cont", NULL, NULL);
    char byte;

    if (error != 0) {
        return error;
    }
    switch (events_wait(e, sources, 1, clock_seconds() + ANSWER_SECONDS)) {
    case EVENT_STOP:
        return -EINTR;
    case EVENT_TIME:
        return -ETIMEDOUT;
    default:
        return read(firmware, &byte, 1) == 1 ? 0 : -EPIPE;
    }
}

int trial_command(const struct options *o)
{
    struct qemu_machine machine = {.cpus = 1, .memory = 64, .exact = o->exact};
    struct events events;
    struct qemu q;
    int status = STATUS_OK;
    double start = clock_seconds();

    events_begin(&events, o->timeout);
    qemu_prepare(&q, &machine);

    int firmware = qemu_channel(&q, "firmware");

    qemu_add(&q, "-device");
    qemu_add(&q, "isa-debugcon,iobase=0x402,chardev=firmware");

    char *problem = qemu_start(&q, &events, &status);
    int error = problem == NULL ? try_machine(&q, &events, firmware) : 0;

    qemu_free(&q);
    close(firmware);
    if (error != 0) {
        status = error == -EINTR ? STATUS_INTERRUPTED : STATUS_RIG;
        problem = format_string("QEMU started, but its machine runs no instructions (%s)",
                                strerror(-error));
    }
    if (problem != NULL) {
        message("%s", problem);
    } else if (!o->quiet) {
        message("QEMU works: an empty machine ran its first instructions after %.2f s",
                clock_seconds() - start);
    }
    free(problem);
    return status;
}
