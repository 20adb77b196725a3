/* Boots: see boot.h. */
#include "boot.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <tests/ktap/ktap.h>

#include "file.h"
#include "message.h"
#include "printable.h"
#include "process.h"

enum {
    RIG_CRASH = 10,
    RIG_TIMEOUT = 11,
    RIG_SCRIPT = 13,
    FLOODED = 100,         /* our own: the guest printed more than it may */
    MOST_OUTPUT = 2 << 20, /* the stream, with room for many reports */
    PATIENCE =
        120, /* seconds beyond the guest's own limit: the rig may have to make its warm machine */
    MOST_RESULT = 1 << 20
};

/* build/grade/NAME/direct.console, .json, .log */
static char *file_of(const struct work *work, enum check_kind kind, const char *ending)
{
    return format_string("%s/%s.%s", work->folder, check_kind_name(kind), ending);
}

/* What dom0 does beside the guest, if the lab says so: labs/NN-name/tests/dom0. */
static char *script_of(const struct lab *lab, enum check_kind kind)
{
    const char *slash = strrchr(lab->path, '/');
    char *path = format_string("%.*stests/dom0", slash != NULL ? (int)(slash - lab->path + 1) : 0,
                               lab->path);

    if (kind != CHECK_DOMAIN || access(path, R_OK) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

static int run_rig(const struct work *work, const struct lab *lab, const struct boot *b,
                   struct text *console)
{
    char *const options[] = {
        format_string("--vcpus=%u", b->run.vcpus),
        format_string("--memory=%u", b->run.memory),
        format_string("--cmdline=%s", b->run.words),
        format_string("--timeout=%d", lab->time),
        format_string("--token=%016" PRIx64, b->run.token),
        format_string("--seed=%" PRIu64, b->run.seed),
        format_string("--build=%s", work->build),
        format_string("--log=%s", file_of(work, b->kind, "log")),
        format_string("--result=%s", file_of(work, b->kind, "json")),
    };
    const char *script = script_of(lab, b->kind);
    const char *arguments[20] = {format_string("%s/bin/rig", work->build), check_kind_name(b->kind),
                                 "--quiet"};
    size_t count = 3;

    /* As quick as a plain run, and token and seed then give the same bytes again. */
    if (b->kind == CHECK_DIRECT) {
        arguments[count++] = "--exact=repeat";
    }
    if (b->kind == CHECK_DIRECT && lab->machine_time > 0) {
        arguments[count++] = format_string("--virtual=%d", lab->machine_time);
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        arguments[count++] = options[i];
    }
    if (script != NULL) {
        arguments[count++] = format_string("--script=%s", script);
    }
    arguments[count] = format_string("%s/guest.elf", work->out);

    struct process p = {.arguments = arguments,
                        .seconds = lab->time + PATIENCE,
                        .output = console,
                        .output_limit = MOST_OUTPUT,
                        .errors_apart = 1};
    struct process_end end = process_run(&p);

    return end.too_long ? FLOODED : end.timed_out ? STATUS_INFRASTRUCTURE : end.status;
}

/* The process of one boot: run the rig, leave the console in a file, end with its status. */
static _Noreturn void work_apart(const struct work *work, const struct lab *lab,
                                 const struct boot *b)
{
    struct text console = {0};
    char *path = file_of(work, b->kind, "console");
    int status;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    status = run_rig(work, lab, b, &console);
    if (file_write(path, console.bytes, console.length) != 0) {
        status = STATUS_INFRASTRUCTURE;
    }
    _exit(status);
}

struct boot boot_begin(const struct work *work, const struct lab *lab, enum check_kind kind,
                       uint64_t token, uint64_t seed)
{
    struct boot b = {.kind = kind,
                     .run =
                         run_choose(token, seed, kind == CHECK_DOMAIN, (unsigned)lab->vcpus_least)};
    char *result = file_of(work, kind, "json");

    unlink(result);
    free(result);
    b.process = fork();
    if (b.process < 0) {
        fail(STATUS_INFRASTRUCTURE, "cannot start a process: %s", strerror(errno));
    }
    if (b.process == 0) {
        work_apart(work, lab, &b);
    }
    return b;
}

static char *string_of(const cJSON *object, const char *key)
{
    const char *string = cJSON_GetStringValue(cJSON_GetObjectItem(object, key));

    return string != NULL ? printable(string) : NULL;
}

static void take_hole(const cJSON *hole, struct evidence *e)
{
    const cJSON *line = cJSON_GetObjectItem(hole, "line");

    if (cJSON_IsObject(hole)) {
        e->hole =
            (struct hole){.exercise = string_of(hole, "exercise"),
                          .file = string_of(hole, "file"),
                          .text = string_of(hole, "text"),
                          .line = cJSON_IsNumber(line) ? (unsigned long)line->valuedouble : 0};
    }
}

/*
 * The machine's own word on the end, not the guest's: what QEMU showed of the first domain, what xl says of a guest. A script
 * waits until there is no guest any more.
 */
static bool ended_well(const cJSON *result, enum check_kind kind)
{
    bool scripted = cJSON_IsString(cJSON_GetObjectItem(result, "script"));
    char *word = string_of(result, kind == CHECK_DIRECT ? "shutdown_event" : "xl_reason");
    bool well = word != NULL && (kind == CHECK_DIRECT || strcmp(word, "poweroff") == 0 ||
                                 (scripted && strcmp(word, "none") == 0));

    free(word);
    return well;
}

static void take_result(const struct boot *b, const struct work *work, struct evidence *e)
{
    char *path = file_of(work, b->kind, "json");
    struct text bytes = {0};
    cJSON *result = file_read(path, MOST_RESULT, &bytes) == 0 ? cJSON_Parse(bytes.bytes) : NULL;
    const cJSON *seconds = cJSON_GetObjectItem(result, "seconds");
    const cJSON *online = cJSON_GetObjectItem(result, "vcpus_online");

    e->reason = string_of(result, "reason");
    e->report = string_of(result, "report");
    e->script = string_of(result, "script");
    e->seconds = cJSON_IsNumber(seconds) ? seconds->valuedouble : 0;
    e->vcpus_online = cJSON_IsNumber(online) ? (unsigned)online->valuedouble : 0;
    take_hole(cJSON_GetObjectItem(result, "lab_todo"), e);
    if (e->end == RUN_ENDED && !ended_well(result, b->kind)) {
        e->end = RUN_BROKEN;
        free(e->reason);
        e->reason = copy_string("the rig says that the guest ended, but shows no evidence");
    }
    cJSON_Delete(result);
    text_free(&bytes);
    free(path);
}

static enum run_end end_of(int status)
{
    switch (status) {
    case 0:
        return RUN_ENDED;
    case RIG_CRASH:
        return RUN_CRASHED;
    case RIG_TIMEOUT:
    case RIG_SCRIPT: /* it waited in vain */
        return RUN_TIMEOUT;
    case FLOODED:
        return RUN_FLOODED;
    default:
        return RUN_BROKEN;
    }
}

/* How the boot's process ended. */
static int wait_for(pid_t process)
{
    int status = 0;

    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    status = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_INFRASTRUCTURE;
    if (status == STATUS_INTERRUPTED) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
    return status;
}

static void take_console(const struct boot *b, const struct work *work, const struct lab *lab,
                         struct evidence *e)
{
    char *path = file_of(work, b->kind, "console");
    char *last = format_string(KTAP_GUEST_END("%s"), lab->name);

    text_append(&e->output, "", 0);
    file_read(path, MOST_OUTPUT, &e->output);
    ktap_read(&e->ktap, &e->output, b->run.token, last);
    free(path);
    free(last);
}

struct evidence boot_end(const struct boot *b, const struct work *work, const struct lab *lab)
{
    int status = wait_for(b->process);
    struct evidence e = {.end = end_of(status)};

    if (e.end == RUN_FLOODED) {
        e.reason = format_string("it printed more than %d MiB", MOST_OUTPUT >> 20);
    } else {
        take_result(b, work, &e);
    }
    if (e.reason == NULL) {
        e.reason = format_string("the rig ended with status %d", status);
    }
    take_console(b, work, lab, &e);
    return e;
}
