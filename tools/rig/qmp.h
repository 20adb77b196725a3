/*
 * QEMU's machine protocol over a connected descriptor: one JSON object a line each way; commands
 * are answered in order, events come in between.
 */
#pragma once

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "events.h"
#include "text.h"

struct qmp {
    int descriptor;    /* -1: not connected */
    struct text input; /* what has come of the line not yet complete */
    cJSON *greeting;   /* the first object QEMU sent; NULL before */
    cJSON *answer;     /* to the command under way; NULL when none has come */
    cJSON *events;     /* array, oldest first */
    char *error;       /* what QEMU said when the last command failed; NULL when it did not */
    bool ended;        /* QEMU has closed its end */
};

/** Talk QMP over `descriptor`, which the qmp owns from now on. */
void qmp_open(struct qmp *q, int descriptor);

/** Close the descriptor and free everything. */
void qmp_close(struct qmp *q);

/** Wait for QEMU's greeting and enter command mode, within `seconds`. Returns as qmp_command does.
 */
int qmp_greet(struct qmp *q, struct events *e, double seconds);

/**
 * Run the command `name` with `arguments` (an object that this call frees, or NULL) and wait up to
 * `seconds`.
 *
 * Returns 0, and in `*answer`, unless that is NULL, what QEMU returned, which the caller deletes.
 * -EREMOTEIO: QEMU refused, q->error says why. -EPIPE: QEMU has ended. -ETIMEDOUT. -EINTR: the run
 * is to stop.
 */
int qmp_command(struct qmp *q, struct events *e, double seconds, const char *name, cJSON *arguments,
                cJSON **answer);

/** Run a line of QEMU's own human monitor. Returns what it printed, which the caller frees; NULL
 * when the command failed. */
char *qmp_monitor(struct qmp *q, struct events *e, double seconds, const char *line);

/** Read what has come, without waiting: call it when the descriptor is ready. Sets q->ended at the
 * end. */
void qmp_read(struct qmp *q);

/** The oldest event not yet taken, or NULL; the caller deletes it. Its name is event->"event". */
cJSON *qmp_next_event(struct qmp *q);

/** The string `key` of `object`, or "" when there is none. */
const char *qmp_string(const cJSON *object, const char *key);
