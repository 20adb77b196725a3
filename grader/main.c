/*
 * The grader: builds a lab's files in a sandbox, runs the unit tests, boots the image as first domain and as a guest, and
 * judges what each of them showed.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "build.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "process.h"
#include "sandbox.h"
#include "table.h"
#include "unit.h"

enum { ATTEMPTS = 2 };

/* Whatever runs for us ends with us: process.h and boot.h see to that. */
static void on_signal(int signal)
{
    (void)signal;
    _exit(STATUS_INTERRUPTED);
}

static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
    }
}

static struct lab read_lab(const char *name)
{
    char *path = work_find_lab(name);
    struct lab lab;
    char *wrong = lab_read(&lab, path);

    if (wrong != NULL) {
        fail(STATUS_USAGE, "%s", wrong);
    }
    free(path);
    return lab;
}

static void select_checks(const struct options *o, struct grading *g)
{
    char *unknown = o->only != NULL ? grading_only(g, o->only) : NULL;

    if (unknown != NULL) {
        fail(STATUS_USAGE, "--only=%s: lab %s has no check '%s'", o->only, g->lab->name, unknown);
    }
}

static const char *subject_name(const struct options *o)
{
    static const char *const names[] = {"the reference", "the lab with its holes open", NULL,
                                        "your files"};

    return o->subject == SUBJECT_SUBMISSION ? o->submission : names[o->subject];
}

static void print_lines(const char *label, const struct text *lines)
{
    const char *at = lines->bytes != NULL ? lines->bytes : "";

    while (*at != '\0') {
        size_t length = strcspn(at, "\n");

        printf("%s %.*s\n", label, (int)length, at);
        at += length + (at[length] == '\n');
    }
}

static void announce(const struct options *o, const struct grading *g)
{
    printf("grading lab %s: %s (sandbox: %s)\n", g->lab->folder, g->subject, sandbox_name());
    printf("this run again: grade --lab=%s --token=%016" PRIx64 " --seed=%" PRIu64 "\n",
           g->lab->name, g->token, g->seed);
    if (sandbox_find() == SANDBOX_NONE) {
        printf("notice: no sandbox can be had here; the files run with your own rights\n");
    }
    print_lines("not taken:", &g->missing);
    print_lines(o->subject == SUBJECT_OWN ? "changed, but not yours to hand in:"
                                          : "ignored, not a file of the lab:",
                &g->ignored);
}

static void progress(const char *step, double seconds)
{
    printf("  %-8s %5.1f s\n", step, seconds);
    fflush(stdout);
}

static void show(const struct options *o, const struct evidence *e)
{
    if (o->verbose) {
        fwrite(e->output.bytes, 1, e->output.length, stdout);
    }
}

static void judge_unit(const struct options *o, const struct work *work, struct grading *g)
{
    struct run run = {.token = g->token, .seed = g->seed};
    struct evidence e = unit_run(work, g->token, g->seed);

    for (int attempt = 1; attempt < ATTEMPTS && e.end == RUN_BROKEN; attempt++) {
        evidence_free(&e);
        e = unit_run(work, g->token, g->seed);
    }
    progress("unit", e.seconds);
    show(o, &e);
    evidence_judge(&e, &run, g, CHECK_UNIT);
    evidence_free(&e);
}

/* `boot` is at work already. A run that the machinery spoilt is made once more. */
static void judge_boot(const struct options *o, const struct work *work, struct grading *g,
                       struct boot boot)
{
    struct evidence e = boot_end(&boot, work, g->lab);

    for (int attempt = 1; attempt < ATTEMPTS && e.end == RUN_BROKEN; attempt++) {
        printf("  %-8s once more: %s\n", check_kind_name(boot.kind), e.reason);
        evidence_free(&e);
        boot = boot_begin(work, g->lab, boot.kind, g->token, g->seed);
        e = boot_end(&boot, work, g->lab);
    }
    progress(check_kind_name(boot.kind), e.seconds);
    show(o, &e);
    evidence_judge(&e, &boot.run, g, boot.kind);
    evidence_free(&e);
}

/* The first domain boots while the unit tests run, if no check of it waits for one of them. */
static void run_checks(const struct options *o, const struct work *work, struct grading *g)
{
    bool early = grading_ready(g, CHECK_DIRECT);
    struct boot boot = {0};

    if (early) {
        boot = boot_begin(work, g->lab, CHECK_DIRECT, g->token, g->seed);
    }
    if (grading_ready(g, CHECK_UNIT)) {
        judge_unit(o, work, g);
    }
    grading_settle(g, CHECK_UNIT);
    if (early || grading_ready(g, CHECK_DIRECT)) {
        boot = early ? boot : boot_begin(work, g->lab, CHECK_DIRECT, g->token, g->seed);
        judge_boot(o, work, g, boot);
    }
    grading_settle(g, CHECK_DIRECT);
    if (grading_ready(g, CHECK_DOMAIN)) {
        judge_boot(o, work, g, boot_begin(work, g->lab, CHECK_DOMAIN, g->token, g->seed));
    }
    grading_settle(g, CHECK_DOMAIN);
}

static void grade(const struct options *o, const struct work *work, struct grading *g)
{
    double start = clock_seconds();

    build_pristine(work, g->lab);
    progress("pristine", clock_seconds() - start);
    start = clock_seconds();
    build_submission(work, g);
    progress("build", clock_seconds() - start);
    run_checks(o, work, g);
}

static void report(const struct options *o, const struct grading *g)
{
    int error = o->json != NULL ? json_write(g, o->json) : 0;

    table_colours();
    table_print_failures(g);
    table_print_points(g);
    table_print_end(g);
    if (error != 0) {
        fail(STATUS_USAGE, "cannot write %s: %s", o->json, strerror(-error));
    }
}

/* One grading, from the files to the mark. Returns the exit status. */
static int run(const struct options *o, const struct lab *lab)
{
    double start = clock_seconds();
    struct grading g = grading_start(lab);
    struct work work;
    int status;

    g.token = o->token;
    g.seed = o->seed;
    g.subject = subject_name(o);
    select_checks(o, &g);
    work = work_begin(lab);
    work_take(&work, o->subject, o->submission, &g);
    announce(o, &g);
    grade(o, &work, &g);
    g.seconds = clock_seconds() - start;
    report(o, &g);
    status = grading_is_broken(&g) ? STATUS_INFRASTRUCTURE : STATUS_OK;
    grading_free(&g);
    work_free(&work);
    return status;
}

int main(int count, char **arguments)
{
    message_name("grade");
    catch_signals();

    struct options options = options_read(count, arguments);
    struct lab lab = read_lab(options.lab);
    int status;

    if (options.subject == SUBJECT_SUBMISSION && sandbox_find() == SANDBOX_NONE) {
        fail(STATUS_INFRASTRUCTURE,
             "no sandbox can be had here, and a stranger's files are not run without one");
    }
    status = run(&options, &lab);
    lab_free(&lab);
    return status;
}
