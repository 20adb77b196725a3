/*
 * rig domain and rig warm: the kernel as a guest beside the small Linux dom0, created by the real xl, from the warm
 * machine. Here is what comes before and after a run; the run itself is in domain_run.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commands.h"
#include "domain.h"
#include "job.h"
#include "message.h"
#include "process.h"

static void run(struct domain *n)
{
    int status = STATUS_RIG;
    char *problem = warm_open(&n->warm, n->options, &n->events, &status);

    if (problem != NULL) {
        outcome_set(&n->outcome, status, "%s", problem);
        free(problem);
    } else {
        domain_run(n);
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
    n->outcome.first_line = -1;
    n->warm_failed = false;
    run(n);
}

/* Two guests on one disk would ruin it: the lock is held until the rig ends. */
static int open_disk(const char *path)
{
    int descriptor = open(path, O_RDWR | O_CLOEXEC);

    if (descriptor < 0) {
        fail(STATUS_USAGE, "--disk=%s: %s", path, strerror(errno));
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        fail(STATUS_USAGE, "--disk=%s: in use by another run", path);
    }
    return descriptor;
}

static void check_input(struct domain *n)
{
    const struct options *o = n->options;
    char *problem;

    if (o->script != NULL && o->input != NULL) {
        fail(STATUS_USAGE, "--input: beside a script, the script types");
    }
    if (o->memory > DOM0_MOST_GUEST_MEMORY) {
        fail(STATUS_USAGE, "--memory=%u: a domain run has at most %d MB for its guest", o->memory,
             DOM0_MOST_GUEST_MEMORY);
    }
    n->disk = o->disk != NULL ? open_disk(o->disk) : -1;
    problem = image_open(&n->image, o->operand);
    if (problem == NULL && o->script != NULL) {
        problem = job_read_script(o->script, &n->script);
    }
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
    text_free(&n.script);
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
