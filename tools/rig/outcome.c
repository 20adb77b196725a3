/* The end of a run, told to people and to programs: see outcome.h. */
#include "outcome.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "message.h"
#include "printable.h"

void outcome_set(struct outcome *o, int status, const char *format, ...)
{
    va_list arguments;
    char *reason = NULL;

    va_start(arguments, format);
    if (vasprintf(&reason, format, arguments) < 0) {
        fail(STATUS_RIG, "out of memory");
    }
    va_end(arguments);
    free(o->reason);
    o->reason = printable(reason);
    o->status = status;
    free(reason);
}

void outcome_complain(struct outcome *o, const char *line)
{
    if (o->complaint_count < OUTCOME_MOST_COMPLAINTS) {
        o->complaints[o->complaint_count++] = copy_string(line);
    }
}

static const char *status_word(int status)
{
    switch (status) {
    case STATUS_OK:
        return "poweroff";
    case STATUS_CRASH:
        return "crash";
    case STATUS_TIMEOUT:
        return "timeout";
    case STATUS_SCRIPT:
        return "script";
    default:
        return "rig";
    }
}

/* Guests may print any bytes; JSON is UTF-8. */
static void add_string(cJSON *object, const char *key, const char *string)
{
    if (string == NULL) {
        cJSON_AddNullToObject(object, key);
    } else {
        char *clean = printable(string);

        cJSON_AddStringToObject(object, key, clean);
        free(clean);
    }
}

static void add_hole(cJSON *object, const struct outcome *o)
{
    cJSON *hole;

    if (!o->has_hole) {
        cJSON_AddNullToObject(object, "lab_todo");
        return;
    }
    hole = cJSON_AddObjectToObject(object, "lab_todo");
    add_string(hole, "lab", o->hole.lab);
    add_string(hole, "exercise", o->hole.exercise);
    add_string(hole, "file", o->hole.file);
    cJSON_AddNumberToObject(hole, "line", (double)o->hole.line);
    add_string(hole, "text", o->hole.text);
}

static cJSON *as_json(const struct outcome *o, const char *log)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *complaints;

    add_string(object, "outcome", status_word(o->status));
    add_string(object, "reason", o->reason);
    cJSON_AddNumberToObject(object, "seconds", o->seconds);
    if (o->first_line >= 0) {
        cJSON_AddNumberToObject(object, "first_line_seconds", o->first_line);
    } else {
        cJSON_AddNullToObject(object, "first_line_seconds");
    }
    add_string(object, "report", o->report);
    add_hole(object, o);
    complaints = cJSON_AddArrayToObject(object, "xen_complaints");
    for (unsigned i = 0; i < o->complaint_count; i++) {
        char *clean = printable(o->complaints[i]);

        cJSON_AddItemToArray(complaints, cJSON_CreateString(clean));
        free(clean);
    }
    add_string(object, "log", log);
    add_string(object, "shutdown_event", o->shutdown_event);
    add_string(object, "xl_reason", o->xl_reason);
    add_string(object, "script", o->script);
    if (o->vcpus_online > 0) {
        cJSON_AddNumberToObject(object, "vcpus_online", o->vcpus_online);
    } else {
        cJSON_AddNullToObject(object, "vcpus_online");
    }
    return object;
}

static int write_result(const struct outcome *o, const char *path, const char *log)
{
    cJSON *object = as_json(o, log);
    char *json = cJSON_Print(object);
    int error = file_write(path, json, strlen(json));

    cJSON_free(json);
    cJSON_Delete(object);
    if (error == 0) {
        return o->status;
    }
    message("cannot write result file %s: %s", path, strerror(-error));
    return STATUS_RIG;
}

int outcome_close(const struct outcome *o, const struct options *options, const char *log)
{
    fflush(stdout);
    if (!options->quiet && o->report != NULL && !o->report_is_guests) {
        fputs(o->report, stderr);
    }
    if (o->status != STATUS_OK &&
        (!options->quiet || o->status == STATUS_RIG || o->status == STATUS_USAGE)) {
        message("%s%s%s", o->reason, log != NULL ? "; log: " : "", log != NULL ? log : "");
    }
    return options->result != NULL ? write_result(o, options->result, log) : o->status;
}

void outcome_free(struct outcome *o)
{
    while (o->complaint_count > 0) {
        free(o->complaints[--o->complaint_count]);
    }
    free(o->reason);
    free(o->report);
    free(o->shutdown_event);
    free(o->xl_reason);
    free(o->script);
    *o = (struct outcome){0};
}
