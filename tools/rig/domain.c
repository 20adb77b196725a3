/*
 * rig domain: the kernel as a guest beside the small Linux dom0, created by the real xl, from the warm machine. Here: the
 * phases of a run, each with a limit of its own. What the end means is in ending.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "dom0.h"
#include "ending.h"
#include "job.h"
#include "log.h"
#include "message.h"
#include "process.h"
#include "warm.h"

/* The limits of the phases in which the guest has no part: generous, for a machine that has much else to do. */
enum {
    RESTORE_SECONDS = 30,
    TAKE_SECONDS = 30,
    CREATE_SECONDS = 90,
    FLUSH_SECONDS = 10,
    MOST_OUTPUT = 16 << 20
};

struct domain {
    const struct options *options;
    double start;
    struct image image;
    struct log log;
    struct events events;
    struct warm warm;
    struct dom0 dom0;
    struct story story;
    struct outcome outcome;
    bool warm_failed; /* the warm machine did not come back to life: worth making anew */
};

static void take_lines(struct domain *n)
{
    struct text line = {0};

    while (dom0_line(&n->dom0, &line)) {
        log_line(&n->log, "dom0 says: %s", line.bytes);
        story_take(&n->story, line.bytes);
    }
    text_free(&line);
}

/* Conditions that end any waiting. */
static bool is_over(const struct domain *n)
{
    return n->story.fault != NULL || n->dom0.console.reader_is_gone ||
           n->dom0.console.guest.length > MOST_OUTPUT;
}

static bool job_is_taken(void *argument)
{
    struct domain *n = argument;

    take_lines(n);
    return is_over(n) || n->story.taken;
}

static bool guest_is_there(void *argument)
{
    struct domain *n = argument;

    take_lines(n);
    return is_over(n) || n->story.refused || n->story.id != 0;
}

static bool guest_has_died(void *argument)
{
    struct domain *n = argument;

    take_lines(n);
    return is_over(n) || n->story.died;
}

/* The runner's last line on dom0's console: what Xen had to say before it has come, too. */
static bool all_has_come(void *argument)
{
    struct domain *n = argument;
    const struct text *said = &n->dom0.machine.guest;

    return n->dom0.console.guest.length >= n->story.sent && said->length > 0 &&
           strstr(said->bytes, "has ended\n") != NULL;
}

/* A fault of the rig, in words, while it waited for `what`. */
static void explain_fault(struct domain *n, int error, double seconds, const char *what)
{
    struct outcome *o = &n->outcome;
    char *broken = dom0_broken(&n->dom0);

    if (error == -EINTR) {
        outcome_set(o, STATUS_INTERRUPTED, "interrupted");
    } else if (broken != NULL) {
        outcome_set(o, STATUS_RIG, "dom0 broke while the rig waited for %s: %s", what, broken);
    } else if (n->story.fault != NULL) {
        outcome_set(o, STATUS_RIG, "dom0 broke while the rig waited for %s: %s", what,
                    n->story.fault);
    } else if (error == -EPIPE) {
        outcome_set(o, STATUS_RIG, "the machine stopped while the rig waited for %s", what);
    } else {
        outcome_set(o, STATUS_RIG, "waited %.0f s in vain for %s", seconds, what);
    }
    free(broken);
}

/* A wait has ended with `error`. Returns true when what it was for came; else the outcome says what happened instead. */
static bool came(struct domain *n, int error, double seconds, const char *what)
{
    if (error == 0 && n->dom0.console.reader_is_gone) {
        outcome_set(&n->outcome, STATUS_INTERRUPTED, "nobody reads the console any more");
    } else if (error == 0 && n->dom0.console.guest.length > MOST_OUTPUT) {
        outcome_set(&n->outcome, STATUS_CRASH, "the guest printed more than %d MB",
                    MOST_OUTPUT >> 20);
    } else if (error != 0 || n->story.fault != NULL) {
        explain_fault(n, error, seconds, what);
    }
    return n->outcome.reason == NULL;
}

static bool await(struct domain *n, double seconds, bool (*done)(void *), const char *what)
{
    return came(n, dom0_await(&n->dom0, seconds, done, n), seconds, what);
}

/* Bring the saved machine back and let it run. Returns 0 or an error of dom0_command. */
static int restore(struct domain *n, int state)
{
    cJSON *arguments = cJSON_CreateObject();
    char *uri = format_string("fd:%d", state);
    int error = dom0_migration_setup(&n->dom0);

    cJSON_AddStringToObject(arguments, "uri", uri);
    free(uri);
    if (error != 0) {
        cJSON_Delete(arguments);
        return error;
    }
    error = dom0_command(&n->dom0, "migrate-incoming", arguments);
    error = error != 0 ? error : dom0_await(&n->dom0, RESTORE_SECONDS, dom0_has_migrated, &n->dom0);
    return error != 0 ? error : dom0_command(&n->dom0, "cont", NULL);
}

static bool start_machine(struct domain *n)
{
    struct dom0_devices devices = {
        .memory = n->warm.memory, .kernel = n->image.descriptor, .disk = n->options->disk};
    int status = STATUS_RIG;
    int error;

    dom0_devices(&n->dom0, &devices);

    int state = qemu_pass(&n->dom0.qemu, n->warm.state);
    char *problem = dom0_start(&n->dom0, &status);

    if (problem != NULL) {
        outcome_set(&n->outcome, n->events.stopped ? STATUS_INTERRUPTED : status, "%s", problem);
        free(problem);
        return false;
    }
    error = restore(n, state);
    if (error != 0) {
        explain_fault(n, error, RESTORE_SECONDS, "the warm machine to come back");
        n->warm_failed = error != -EINTR;
    }
    return error == 0;
}

static bool give_job(struct domain *n)
{
    struct text job = {0};
    bool taken;

    job_write(&job, n->options);
    taken =
        dom0_send(&n->dom0, &job) && await(n, TAKE_SECONDS, job_is_taken, "dom0 to take the job");
    text_free(&job);
    n->warm_failed = !taken && n->outcome.status == STATUS_RIG;
    return taken;
}

/* Wait for the guest's end. Returns true when all is there that tells of it. */
static bool await_end(struct domain *n)
{
    double limit = n->options->timeout;
    int error = dom0_await(&n->dom0, limit, guest_has_died, n);

    if (error == -ETIMEDOUT) {
        outcome_set(&n->outcome, STATUS_TIMEOUT, "the time limit of %.0f s was over%s", limit,
                    n->dom0.console.guest.length == 0 ? ", and the guest had printed nothing" : "");
        return false;
    }
    return came(n, error, limit, "the guest's end") &&
           await(n, FLUSH_SECONDS, all_has_come,
                 "the last of the guest's console and of Xen's log");
}

/* xl has the job: see the guest through. */
static void follow_guest(struct domain *n)
{
    if (!await(n, CREATE_SECONDS, guest_is_there, "xl to create the guest")) {
        return;
    }
    if (n->story.refused) {
        ending_refused(&n->outcome, &n->story);
        return;
    }
    if (await_end(n)) {
        ending_of_guest(&n->outcome, &n->story, &n->dom0, &n->image);
    }
    ending_complaints(&n->outcome, &n->story, &n->dom0);
}

/* A broken dom0 says nothing about the guest, whatever the guest seems to have done. */
static void doubt(struct domain *n)
{
    char *broken = n->outcome.status != STATUS_INTERRUPTED ? dom0_broken(&n->dom0) : NULL;

    if (broken != NULL) {
        outcome_set(&n->outcome, STATUS_RIG, "dom0 broke: %s", broken);
    }
    free(broken);
}

static void run_machine(struct domain *n)
{
    /* Each phase has a limit of its own; theirs together is the last resort. */
    events_begin(&n->events,
                 RESTORE_SECONDS + TAKE_SECONDS + CREATE_SECONDS + n->options->timeout + 60);
    dom0_prepare(&n->dom0, n->options, &n->events, n->log.descriptor);
    if (start_machine(n) && give_job(n)) {
        follow_guest(n);
    }
    doubt(n);
    n->outcome.first_line =
        n->dom0.console.first_line > 0 ? n->dom0.console.first_line - n->start : -1;
    n->outcome.seconds = clock_seconds() - n->start;
    qemu_stop(&n->dom0.qemu);
    dom0_show_rest(&n->dom0, FLUSH_SECONDS);
    dom0_free(&n->dom0);
}

static void run(struct domain *n)
{
    int status = STATUS_RIG;
    char *problem = warm_open(&n->warm, n->options, &n->events, &status);

    if (problem != NULL) {
        outcome_set(&n->outcome, status, "%s", problem);
        free(problem);
    } else {
        run_machine(n);
    }
}

/* The warm machine is only a copy of what can be made again: when it does not come to life, do that, once. */
static void run_again(struct domain *n)
{
    message("%s: making the warm machine anew", n->outcome.reason);
    log_line(&n->log, "%s: making the warm machine anew", n->outcome.reason);
    warm_discard(&n->warm);
    warm_close(&n->warm);
    story_free(&n->story);
    outcome_free(&n->outcome);
    n->warm_failed = false;
    run(n);
}

static void check_input(struct domain *n)
{
    const struct options *o = n->options;
    char *problem;

    if (o->memory > DOM0_MOST_GUEST_MEMORY) {
        fail(STATUS_USAGE, "--memory=%u: a domain run has at most %d MB for its guest", o->memory,
             DOM0_MOST_GUEST_MEMORY);
    }
    if (o->disk != NULL && access(o->disk, R_OK | W_OK) != 0) {
        fail(STATUS_USAGE, "--disk=%s: %s", o->disk, strerror(errno));
    }
    problem = image_open(&n->image, o->operand);
    if (problem != NULL) {
        fail(STATUS_USAGE, "%s", problem);
    }
}

int domain_command(const struct options *o)
{
    struct domain n = {.options = o, .start = clock_seconds(), .outcome = {.first_line = -1}};
    int status;

    check_input(&n);
    n.log = log_open(o, "domain");
    run(&n);
    if (n.warm_failed) {
        run_again(&n);
    }
    status = outcome_close(&n.outcome, o, n.log.path);
    warm_close(&n.warm);
    story_free(&n.story);
    outcome_free(&n.outcome);
    log_close(&n.log);
    image_close(&n.image);
    return status;
}

int warm_command(const struct options *o)
{
    struct events events;
    struct warm warm;
    int status = STATUS_RIG;
    char *problem = warm_open(&warm, o, &events, &status);

    if (problem != NULL) {
        message("%s", problem);
    }
    free(problem);
    warm_close(&warm);
    return problem == NULL ? STATUS_OK : status;
}
