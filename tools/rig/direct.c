/*
 * rig direct: the kernel as Xen's first domain, without Linux. Here: the machine and its loop; what
 * it shows is judged in verdict.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "console.h"
#include "log.h"
#include "message.h"
#include "patience.h"
#include "process.h"
#include "qemu.h"
#include "verdict.h"
#include "virtual_time.h"

enum {
    COMMAND_SECONDS = 60,
    FLUSH_SECONDS = 10,
    LOOK_SECONDS = 15,
    MOST_PROCESSORS = 4,
    XEN_MEMORY = 192,
    STACK_LINES = 64,
    NEVER_SECONDS = 1000000000
};

/* How often we ask what time it is inside. */
#define LOOK_AGAIN_SECONDS 0.25

struct direct {
    const struct options *options;
    double start; /* clock_seconds() */
    double look;  /* clock_seconds() at which we ask for the virtual time again */
    struct image image;
    struct log log;
    struct events events;
    struct qemu qemu;
    int serial;
    struct console console;
    struct verdict verdict;
    struct outcome outcome;
};

/* One thread runs all processors in turn: more of them than the guest has vCPUs would only cost
 * time. */
static unsigned processors(const struct options *o)
{
    unsigned most = o->exact == EXACT_COUNT ? 1 : o->exact == EXACT_REPEAT ? 2 : MOST_PROCESSORS;

    return o->vcpus < most ? o->vcpus : most;
}

/* QEMU splits -initrd at commas into modules; a doubled one stands for itself. */
static char *module_text(const char *line)
{
    struct text t = {0};

    text_append(&t, "", 0);
    for (; *line != '\0'; line++) {
        text_append(&t, line, 1);
        if (*line == ',') {
            text_append(&t, line, 1);
        }
    }
    return t.bytes;
}

static void prepare(struct direct *d)
{
    const struct options *o = d->options;
    struct qemu_machine machine = {
        .cpus = processors(o), .memory = o->memory + o->memory / 2 + XEN_MEMORY, .exact = o->exact};
    char *guest_line = options_guest_line(o);
    char *module = module_text(guest_line);

    qemu_prepare(&d->qemu, &machine);
    d->serial = qemu_output(&d->qemu, "serial");
    qemu_add(&d->qemu, "-serial");
    qemu_add(&d->qemu, "chardev:serial");
    qemu_add(&d->qemu, "-kernel");
    qemu_add(&d->qemu, "%s/xen/hypervisor", o->build);
    qemu_add(&d->qemu, "-initrd");
    /* By descriptor: the file that was checked is the file that boots, and its path may hold any
     * character. */
    qemu_add(&d->qemu, "/dev/fd/%d %s", qemu_pass(&d->qemu, d->image.descriptor), module);
    qemu_add(&d->qemu, "-append");
    qemu_add(&d->qemu, XEN_LINE "debug_stack_lines=%d dom0_mem=%uM,max:%uM dom0_max_vcpus=%u",
             STACK_LINES, o->memory, o->memory, o->vcpus);
    free(module);
    free(guest_line);
}

/* Take what the serial line has. Returns false when QEMU has closed it. */
static bool read_serial(struct direct *d)
{
    char block[65536];
    ssize_t length = read(d->serial, block, sizeof block);
    struct text line = {0};

    if (length > 0) {
        console_feed(&d->console, block, (size_t)length);
        while (console_xen_line(&d->console, &line)) {
            verdict_xen_line(&d->verdict, line.bytes, d->console.guest.length > 0);
        }
    }
    text_free(&line);
    return length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR));
}

static void drain_serial(struct direct *d)
{
    size_t before;

    do {
        before = d->console.guest.length + d->console.xen.length;
    } while (read_serial(d) && d->console.guest.length + d->console.xen.length > before);
}

/* Events come after the bytes that QEMU sent before them, but on another descriptor: first read those. */
static void take_events(struct direct *d)
{
    cJSON *event;

    while ((event = qmp_next_event(&d->qemu.qmp)) != NULL) {
        drain_serial(d);
        if (strcmp(qmp_string(event, "event"), "SHUTDOWN") == 0) {
            verdict_shutdown(&d->verdict, qmp_string(cJSON_GetObjectItem(event, "data"), "reason"));
        }
        cJSON_Delete(event);
    }
}

static enum event wait_once(struct direct *d, double until)
{
    struct pollfd sources[] = {
        {.fd = d->serial, .events = POLLIN},
        {.fd = d->qemu.qmp.descriptor, .events = POLLIN},
        {.fd = console_has_more(&d->console) ? STDOUT_FILENO : -1, .events = POLLOUT},
    };
    enum event event = events_wait(&d->events, sources, 3, until);

    if (sources[2].revents != 0) {
        console_show(&d->console);
    }
    if (sources[0].revents != 0 && !read_serial(d)) {
        verdict_qemu_ended(&d->verdict);
    }
    if (sources[1].revents != 0) {
        qmp_read(&d->qemu.qmp);
        take_events(d);
        if (d->qemu.qmp.ended) {
            verdict_qemu_ended(&d->verdict);
        }
    }
    return event;
}

/* The time limit has come. Returns true when there is more of it, since QEMU could not always run. */
static bool extend_limit(struct direct *d)
{
    double end = patience_end(d->start, d->options->timeout, d->qemu.pid);

    if (d->verdict.dump_begun || end <= clock_seconds()) {
        return false;
    }
    d->verdict.limit = end;
    d->events.deadline = end;
    return true;
}

/* On a busy computer we may be late ourselves: what came in time counts. */
static void take_late(struct direct *d)
{
    drain_serial(d);
    qmp_read(&d->qemu.qmp);
    take_events(d);
}

/* A time has come: that of the limit, or that of a look at the virtual time. */
static void time_came(struct direct *d)
{
    take_late(d);
    if (clock_seconds() < d->verdict.limit) {
        double now = verdict_is_given(&d->verdict) ? 0 : virtual_time(&d->qemu.qmp, &d->events);

        take_late(d);
        if (now >= d->options->virtual_limit) {
            verdict_virtual_time_over(&d->verdict, now);
        }
        d->look = clock_seconds() + LOOK_AGAIN_SECONDS;
    } else if (!extend_limit(d)) {
        verdict_time_over(&d->verdict);
    }
}

static void run_machine(struct direct *d)
{
    /* Events may also have come together with the answer to a command: hence a look before the first wait. */
    take_events(d);
    while (!verdict_is_given(&d->verdict)) {
        switch (wait_once(d, d->look < d->verdict.limit ? d->look : d->verdict.limit)) {
        case EVENT_READY:
            if (d->console.reader_is_gone) {
                outcome_set(&d->outcome, STATUS_INTERRUPTED, "nobody reads the console any more");
                return;
            }
            verdict_output(&d->verdict, d->console.guest.length + d->console.xen.length);
            break;
        case EVENT_TIME:
            time_came(d);
            break;
        case EVENT_STOP:
            outcome_set(&d->outcome, STATUS_INTERRUPTED, "interrupted");
            return;
        }
    }
}

static void explain(struct direct *d)
{
    struct text said = {0};

    text_append(&said, "", 0);
    qemu_messages(&d->qemu, &said);
    if (said.length > 0) {
        log_line(&d->log, "QEMU said: %s", said.bytes);
    }

    struct evidence evidence = {.image = &d->image,
                                .console = &d->console,
                                .said = said.bytes,
                                .qmp = &d->qemu.qmp,
                                .events = &d->events};

    verdict_explain(&d->verdict, &d->outcome, &evidence);
    text_free(&said);
}

static void boot(struct direct *d)
{
    struct outcome *o = &d->outcome;
    int status = STATUS_RIG;
    char *problem = qemu_start(&d->qemu, &d->events, &status);

    if (problem == NULL &&
        qmp_command(&d->qemu.qmp, &d->events, COMMAND_SECONDS, "cont", NULL, NULL) != 0) {
        problem = copy_string("QEMU does not let its machine run");
    }
    if (problem != NULL) {
        outcome_set(o, d->events.stopped ? STATUS_INTERRUPTED : status, "%s", problem);
        free(problem);
        return;
    }
    run_machine(d);
    o->seconds = clock_seconds() - d->start;
    o->first_line = d->console.first_line > 0 ? d->console.first_line - d->start : -1;
    if (o->reason == NULL) {
        explain(d);
    }
}

static void check_input(struct direct *d)
{
    const struct options *o = d->options;
    char *hypervisor = format_string("%s/xen/hypervisor", o->build);
    char *problem;

    if (o->virtual_limit > 0 && o->exact == EXACT_OFF) {
        fail(STATUS_USAGE, "--virtual goes with --exact: another machine has no virtual time");
    }

    if (o->script != NULL || o->input != NULL) {
        fail(STATUS_USAGE, "a direct run has no dom0 for --%s: use rig domain",
             o->script != NULL ? "script" : "input");
    }
    if (o->disk != NULL || o->host_port != 0) {
        fail(STATUS_USAGE, "a direct run has neither disks nor network: use rig domain with --%s",
             o->disk != NULL ? "disk" : "forward");
    }
    problem = image_open(&d->image, o->operand);
    if (problem != NULL) {
        fail(STATUS_USAGE, "%s", problem);
    }
    if (access(hypervisor, R_OK) != 0) {
        fail(STATUS_USAGE, "%s is missing: type make setup, or give --build", hypervisor);
    }
    free(hypervisor);
}

int direct_command(const struct options *o)
{
    struct direct d = {
        .options = o, .start = clock_seconds(), .serial = -1, .outcome = {.first_line = -1}};
    int status;

    check_input(&d);
    d.log = log_open(o, "direct");
    d.look = d.start + (o->virtual_limit > 0 ? LOOK_AGAIN_SECONDS : NEVER_SECONDS);
    events_begin(&d.events, o->timeout);
    console_begin(&d.console, d.log.descriptor);
    verdict_begin(&d.verdict, o->timeout);
    prepare(&d);
    boot(&d);
    qemu_stop(&d.qemu);
    console_show_rest(&d.console, &d.events, FLUSH_SECONDS);
    status = outcome_close(&d.outcome, o, d.log.path);
    qemu_free(&d.qemu);
    close(d.serial);
    console_free(&d.console);
    outcome_free(&d.outcome);
    verdict_free(&d.verdict);
    log_close(&d.log);
    image_close(&d.image);
    return status;
}
