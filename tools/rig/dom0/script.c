/* A run with a script: see script.h. */
#include "script.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "job.h"
#include "logs.h"
#include "port.h"
#include "relay.h"
#include "says.h"
#include "where.h"

enum stage { STARTING_CONSOLE, CREATING, RUNNING, ENDED };

/* The program of each stage: its name for the rig, and its command line. */
static const char *const words[] = {"xl", "xl", "script"};
static char *const console_daemon[] = {"/bin/xenconsoled", "--log=guest", NULL};
static char *const create[] = {"/bin/xl", "create", "-q", JOB_CONFIGURATION, NULL};
static char *const shell[] = {"/bin/sh", "-euc", ". /lib/prelude.sh; . " JOB_SCRIPT, NULL};
static char *const *const programs[] = {console_daemon, create, shell};

struct run {
    enum stage stage;
    struct relay output; /* of the stage's program */
    pid_t process;
    int end;   /* its pidfd */
    int guest; /* the domain number that the rig was told last */
};

static void begin(struct run *r, enum stage stage)
{
    r->stage = stage;
    r->process = relay_start(&r->output, words[stage], programs[stage]);
    r->end = (int)syscall(SYS_pidfd_open, r->process, 0);
    if (r->end < 0) {
        port_fault("there is no pidfd for %s", programs[stage][0]);
    }
}

/* guest-says is told by the file whether the guest has crashed. */
static void note_crash(bool crashed)
{
    if (crashed) {
        close(open(SAYS_CRASHED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    } else {
        unlink(SAYS_CRASHED);
    }
}

static void see_guest(struct run *r)
{
    struct guest guest = guest_read();

    logs_drain();
    note_crash(guest.shutdown != NULL && strcmp(guest.shutdown, "crash") == 0);
    /* While xl creates the first one, it may still fail. */
    if (guest.id != 0 && guest.id != r->guest && r->stage >= RUNNING) {
        r->guest = guest.id;
        port_say("created %d", guest.id);
    }
}

static void tell_end(int status)
{
    struct guest guest = guest_read();

    logs_drain();
    fprintf(stderr, "runner: the script has ended\n");
    port_say("ended %d %s %u %lu", status, guest.shutdown != NULL ? guest.shutdown : "none",
             guest.vcpus, logs_bytes());
}

static void end_stage(struct run *r)
{
    int status = relay_status(r->process);

    relay_close(&r->output);
    close(r->end);
    r->end = -1;
    if (r->stage == STARTING_CONSOLE && status != 0) {
        port_fault("xenconsoled ended with status %d", status);
    }
    if (r->stage == CREATING && status != 0) {
        port_say("refused %d", status);
        r->stage = ENDED;
    } else if (r->stage == RUNNING) {
        r->stage = ENDED;
        tell_end(status);
    } else {
        begin(r, r->stage + 1);
        see_guest(r);
    }
}

static void take_question(const struct run *r)
{
    char line[64];

    port_read(line, sizeof line);
    where_answer(r->guest, line);
}

static void step(struct run *r, int daemon)
{
    struct pollfd sources[] = {
        {.fd = logs_events(), .events = POLLIN},  {.fd = guest_events(), .events = POLLIN},
        {.fd = daemon, .events = POLLIN},         {.fd = port_control(), .events = POLLIN},
        {.fd = r->output.pipe, .events = POLLIN}, {.fd = r->end, .events = POLLIN}};

    poll(sources, sizeof sources / sizeof sources[0], -1);
    if (sources[0].revents != 0) {
        logs_drain();
    }
    if (sources[1].revents != 0) {
        see_guest(r);
    }
    if (sources[2].revents != 0) {
        port_fault("xenstored has ended");
    }
    if (sources[3].revents != 0) {
        take_question(r);
    }
    if (sources[4].revents != 0 && !relay_pass(&r->output)) {
        relay_close(&r->output);
    }
    if (sources[5].revents != 0) {
        end_stage(r);
    }
}

_Noreturn void script_run(int daemon)
{
    struct run run = {.guest = 0};

    logs_open();
    begin(&run, STARTING_CONSOLE);
    for (;;) {
        step(&run, daemon);
    }
}
