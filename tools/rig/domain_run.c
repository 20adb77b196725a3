/*
 * The phases of a domain run: the warm machine comes back, takes the job, xl creates the guest, the guest ends. Each has
 * a limit of its own. What the guest's end means is in ending.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "ending.h"
#include "job.h"
#include "message.h"
#include "patience.h"
#include "process.h"

/* The limits of the phases in which the guest has no part: generous, for a machine that has much else to do. */
enum {
    RESTORE_SECONDS = 30,
    TAKE_SECONDS = 30,
    CREATE_SECONDS = 90,
    LOOK_SECONDS = 10,
    FLUSH_SECONDS = 10,
    HANGING_WORDS = 1024, /* of the stack, enough for a call chain */
    MOST_OUTPUT = 16 << 20
};

/* Conditions that end any waiting. */
static bool is_over(const struct domain *n)
{
    return n->story.fault != NULL || n->dom0.console.reader_is_gone ||
           n->dom0.console.guest.length > MOST_OUTPUT;
}

static bool job_is_taken(void *argument)
{
    struct domain *n = argument;

    domain_take_lines(n);
    return is_over(n) || n->story.taken;
}

static bool guest_is_there(void *argument)
{
    struct domain *n = argument;

    domain_take_lines(n);
    return is_over(n) || n->story.refused || n->story.id != 0;
}

static bool guest_has_died(void *argument)
{
    struct domain *n = argument;

    domain_take_lines(n);
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

/* A wait has ended with `error`. Returns true when its object came; else the outcome says what happened instead. */
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
        .memory = n->warm.memory, .kernel = n->image.descriptor, .disk = n->disk};
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

    job_write(&job, n->options, n->script.length > 0 ? &n->script : NULL);
    taken =
        dom0_send(&n->dom0, &job) && await(n, TAKE_SECONDS, job_is_taken, "dom0 to take the job");
    text_free(&job);
    n->warm_failed = !taken && n->outcome.status == STATUS_RIG;
    return taken;
}

static bool places_are_known(void *argument)
{
    struct domain *n = argument;

    domain_take_lines(n);
    return n->story.places.complete;
}

/* Have dom0 look where the guest is, and wait for its answer. When there is none, the report is poorer for it. */
static void look(struct domain *n, unsigned words)
{
    struct text question = {0};

    text_printf(&question, "where %u\n", words);
    if (dom0_send(&n->dom0, &question)) {
        dom0_await(&n->dom0, LOOK_SECONDS, places_are_known, n);
    }
    text_free(&question);
}

static void explain_limit(struct domain *n)
{
    struct text t = {0};

    outcome_set(&n->outcome, STATUS_TIMEOUT, "the time limit of %.0f s was over%s",
                n->options->timeout,
                n->dom0.console.guest.length == 0 ? ", and the guest had printed nothing" : "");
    look(n, HANGING_WORDS);
    text_printf(&t, "%s: %s\n", n->image.path, n->outcome.reason);
    places_print(&t, &n->image, &n->story.places);
    n->outcome.report = t.bytes;
}

/* What the emulation waited for a processor does not count against the guest. */
static int await_death(struct domain *n)
{
    double start = clock_seconds();
    double end = start + n->options->timeout;
    int error;

    do {
        error = dom0_await(&n->dom0, end - clock_seconds(), guest_has_died, n);
        start = n->dom0.typing.last > start ? n->dom0.typing.last : start;
        end = patience_end(start, n->options->timeout, n->dom0.qemu.pid);
    } while (error == -ETIMEDOUT && end > clock_seconds());
    return error;
}

static const char *what_ends(const struct domain *n)
{
    return n->script.length > 0 ? "the script's end" : "the guest's end";
}

/* Wait for the guest's end. Returns true when all is there that tells of it. */
static bool await_end(struct domain *n)
{
    int error = await_death(n);

    if (error == -ETIMEDOUT) {
        explain_limit(n);
        return false;
    }
    if (!came(n, error, n->options->timeout, what_ends(n)) ||
        !await(n, FLUSH_SECONDS, all_has_come,
               "the last of the guest's console and of Xen's log")) {
        return false;
    }
    /* Of a guest that Xen had to crash, the dump has only the beginning of the stack. */
    if (n->dom0.machine.xen.length > 0 &&
        strstr(n->dom0.machine.xen.bytes, " crashed on cpu#") != NULL) {
        look(n, XENDUMP_MOST_WORDS);
    }
    return true;
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

static bool begin_typing(struct domain *n)
{
    char *problem = typing_begin(&n->dom0.typing, n->options->input);

    if (problem != NULL) {
        outcome_set(&n->outcome, STATUS_USAGE, "%s", problem);
        free(problem);
    }
    return problem == NULL;
}

void domain_run(struct domain *n)
{
    /* Each phase has a limit of its own; theirs together is the last resort. */
    events_begin(&n->events, RESTORE_SECONDS + TAKE_SECONDS + CREATE_SECONDS +
                                 4 * n->options->timeout + DOMAIN_REST_SECONDS);
    dom0_prepare(&n->dom0, n->options, &n->events, n->log.descriptor);
    if (begin_typing(n) && start_machine(n) && give_job(n)) {
        follow_guest(n);
    }
    doubt(n);
    n->outcome.first_line =
        n->dom0.console.first_line > 0 ? n->dom0.console.first_line - n->start : -1;
    n->outcome.seconds = clock_seconds() - n->start;
    qemu_stop(&n->dom0.qemu);
    console_show_rest(&n->dom0.console, &n->events, FLUSH_SECONDS);
    dom0_free(&n->dom0);
}
