/* QEMU's machine protocol: see qmp.h. */
#include "qmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process.h"

void qmp_open(struct qmp *q, int descriptor)
{
    *q = (struct qmp){.descriptor = descriptor, .events = cJSON_CreateArray()};
}

void qmp_close(struct qmp *q)
{
    if (q->descriptor >= 0) {
        close(q->descriptor);
    }
    cJSON_Delete(q->greeting);
    cJSON_Delete(q->answer);
    cJSON_Delete(q->events);
    text_free(&q->input);
    free(q->error);
    *q = (struct qmp){.descriptor = -1};
}

static void take_object(struct qmp *q, cJSON *object)
{
    if (cJSON_HasObjectItem(object, "event")) {
        cJSON_AddItemToArray(q->events, object);
    } else if (cJSON_HasObjectItem(object, "QMP") && q->greeting == NULL) {
        q->greeting = object;
    } else {
        cJSON_Delete(q->answer);
        q->answer = object;
    }
}

static void take_lines(struct qmp *q)
{
    char *start = q->input.bytes;
    char *end;

    while ((end = memchr(start, '\n', q->input.length - (size_t)(start - q->input.bytes))) !=
           NULL) {
        cJSON *object = cJSON_ParseWithLength(start, (size_t)(end - start));

        if (object != NULL) {
            take_object(q, object);
        }
        start = end + 1;
    }

    size_t rest = q->input.length - (size_t)(start - q->input.bytes);

    memmove(q->input.bytes, start, rest);
    q->input.length = rest;
}

void qmp_read(struct qmp *q)
{
    char block[16384];
    ssize_t length;

    while ((length = recv(q->descriptor, block, sizeof block, MSG_DONTWAIT)) > 0) {
        text_append(&q->input, block, (size_t)length);
    }
    q->ended = length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
    if (q->input.length > 0) {
        take_lines(q);
    }
}

/* Wait until `*object` is there. */
static int await(struct qmp *q, struct events *e, double until, cJSON **object)
{
    while (*object == NULL) {
        struct pollfd source = {.fd = q->descriptor, .events = POLLIN};
        enum event event;

        if (q->ended) {
            return -EPIPE;
        }
        event = events_wait(e, &source, 1, until);
        if (event != EVENT_READY) {
            return event == EVENT_STOP ? -EINTR : -ETIMEDOUT;
        }
        qmp_read(q);
    }
    return 0;
}

static int send_command(struct qmp *q, const char *name, cJSON *arguments)
{
    cJSON *command = cJSON_CreateObject();
    ssize_t sent;

    cJSON_AddStringToObject(command, "execute", name);
    if (arguments != NULL) {
        cJSON_AddItemToObject(command, "arguments", arguments);
    }

    char *line = cJSON_PrintUnformatted(command);

    /* A command is far smaller than the socket's buffer, which QEMU empties: a short write means
     * that it hangs. */
    sent = send(q->descriptor, line, strlen(line), MSG_DONTWAIT | MSG_NOSIGNAL);
    cJSON_Delete(command);

    int error = sent == (ssize_t)strlen(line) ? 0
                : sent < 0 && errno == EPIPE  ? -EPIPE
                                              : -ETIMEDOUT;

    cJSON_free(line);
    return error;
}

int qmp_command(struct qmp *q, struct events *e, double seconds, const char *name, cJSON *arguments,
                cJSON **answer)
{
    double until = clock_seconds() + seconds;
    int error;

    cJSON_Delete(q->answer);
    q->answer = NULL;
    free(q->error);
    q->error = NULL;
    error = send_command(q, name, arguments);
    if (error == 0) {
        error = await(q, e, until, &q->answer);
    }
    if (error == 0 && cJSON_HasObjectItem(q->answer, "error")) {
        q->error = copy_string(qmp_string(cJSON_GetObjectItem(q->answer, "error"), "desc"));
        error = -EREMOTEIO;
    }
    if (error == 0 && answer != NULL) {
        *answer = cJSON_DetachItemFromObject(q->answer, "return");
    }
    return error;
}

int qmp_greet(struct qmp *q, struct events *e, double seconds)
{
    int error = await(q, e, clock_seconds() + seconds, &q->greeting);

    return error != 0 ? error : qmp_command(q, e, seconds, "qmp_capabilities", NULL, NULL);
}

char *qmp_monitor(struct qmp *q, struct events *e, double seconds, const char *line)
{
    cJSON *arguments = cJSON_CreateObject();
    cJSON *text = NULL;
    char *answer = NULL;

    cJSON_AddStringToObject(arguments, "command-line", line);
    if (qmp_command(q, e, seconds, "human-monitor-command", arguments, &text) == 0) {
        answer = copy_string(cJSON_IsString(text) ? text->valuestring : "");
    }
    cJSON_Delete(text);
    return answer;
}

cJSON *qmp_next_event(struct qmp *q)
{
    return cJSON_DetachItemFromArray(q->events, 0);
}

const char *qmp_string(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(object, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}
