/*
 * The rig's hand in dom0: takes one job, has xl create the guest, passes on its console, and tells how it ended.
 *
 * The control port carries lines. The rig sends the job:
 *     disk                       give dom0 the second disk as /dev/vdb; the kernel is always /dev/vda
 *     time SECONDS               since 1970: what dom0's clock should say, and with it Xen's and the guest's
 *     config TEXT                a line of xl's configuration of the guest
 *     script TEXT                a line of the script that is to be run when the guest is there
 *     create                     the job is complete: begin
 * and later, perhaps:
 *     type DIGITS                bytes, in hexadecimal, to be typed into the guest's console; not in a run with a script
 *     where WORDS                stop the guest, if it is not dead, and tell where it is, with so much of its stacks
 * and dom0 sends what happens:
 *     ready                      dom0 is up and has seen nothing of the job: the moment for a snapshot
 *     taken                      the whole job has come
 *     xl TEXT                    a line that xl printed
 *     created ID                 Xen has the guest, and we have its console
 *     console TEXT               what is wrong with the guest's console ring
 *     typed                      what was to be typed is in the guest's console: the rig may send more
 *     died REASON VCPUS BYTES    the reason, the virtual CPUs that were online, all the bytes that its console sent
 *     vcpu N HOW RIP RSP RBP     a virtual CPU that is "running" or "waiting", numbers in hexadecimal
 *     stack ADDRESS WORD...      words of its stack, from the first page on that is mapped at RSP or just above
 *     there                      no more vcpu lines come
 *     script TEXT                a line that the script printed
 *     ended STATUS REASON VCPUS BYTES    the script's status, and as for "died"; REASON is "none" unless a guest is dead
 *     refused STATUS             xl ended with this status (128 + signal) and there is no guest
 *     fault TEXT                 dom0 itself is of no use any more
 * The guest's console leaves on a port of its own, raw. A guest that has died stays as it was: nobody destroys it.
 * Where there is a script (script.h), "created" comes again for each new domain of the guest, and "died" never.
 * Just before "died" or "ended", a line goes to dom0's console: behind it in the log, Xen has nothing more to say on the guest.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "console.h"
#include "guest.h"
#include "job.h"
#include "port.h"
#include "relay.h"
#include "says.h"
#include "script.h"
#include "where.h"

static int daemon_descriptor(void)
{
    FILE *file = fopen("/run/xenstored.pid", "r");
    int process = 0;
    int descriptor = -1;

    if (file != NULL && fscanf(file, "%d", &process) == 1) {
        descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    }
    if (descriptor < 0) {
        port_fault("xenstored has not started");
    }
    fclose(file);
    return descriptor;
}

/* What the runner knows while the guest is there. */
struct watch {
    int guest; /* its domain number; 0: none yet */
    bool dead;
    pid_t xl;
    struct relay output; /* of xl */
};

static void see_guest(struct watch *w)
{
    struct guest guest = guest_read();
    unsigned port = guest.id != 0 && w->guest == 0 ? guest_console_port(guest.id) : 0;

    if (port != 0) {
        console_connect(guest.id, port);
        guest_console_ready(guest.id);
        port_say("created %d", guest.id);
        w->guest = guest.id;
    }
    if (guest.shutdown != NULL && w->guest != 0 && !w->dead) {
        w->dead = true;
        console_drain();
        fprintf(stderr, "runner: guest %d has ended\n", guest.id);
        port_say("died %s %u %lu", guest.shutdown, guest.vcpus, console_bytes());
    }
}

/* xl stays as long as its guest lives. */
static void see_xl_end(struct watch *w)
{
    int status;

    relay_close(&w->output);
    status = relay_status(w->xl);
    see_guest(w);
    if (w->guest == 0) {
        port_say("refused %d", status);
    } else if (!w->dead) {
        port_fault("xl ended with status %d while the guest lived", status);
    }
}

static void take_line(const struct watch *w)
{
    char line[2 * CONSOLE_TYPED_MOST + 16];

    port_read(line, sizeof line);
    if (strncmp(line, "type ", strlen("type ")) == 0) {
        console_type(line + strlen("type "));
    } else {
        where_answer(w->guest, line);
    }
}

static _Noreturn void follow(struct watch *w, int daemon)
{
    for (;;) {
        struct pollfd sources[] = {{.fd = w->output.pipe, .events = POLLIN},
                                   {.fd = console_events(), .events = POLLIN},
                                   {.fd = guest_events(), .events = POLLIN},
                                   {.fd = daemon, .events = POLLIN},
                                   {.fd = port_control(), .events = POLLIN}};

        poll(sources, 5, -1);
        if (sources[1].revents != 0) {
            console_serve();
        }
        if (sources[2].revents != 0) {
            see_guest(w);
        }
        if (sources[3].revents != 0) {
            port_fault("xenstored has ended");
        }
        if (sources[4].revents != 0) {
            take_line(w);
        }
        if (sources[0].revents != 0 && !relay_pass(&w->output)) {
            see_xl_end(w);
        }
    }
}

/* A guest that lives once: xl stays until it has died, and we are its console. */
static _Noreturn void run_guest(int daemon)
{
    static char *const create[] = {"/bin/xl", "create", "-F", "-q", JOB_CONFIGURATION, NULL};
    struct watch watch = {0};

    watch.xl = relay_start(&watch.output, "xl", create);
    follow(&watch, daemon);
}

int main(int count, char **arguments)
{
    const char *name = strrchr(arguments[0], '/');

    if (strcmp(name != NULL ? name + 1 : arguments[0], "guest-says") == 0) {
        return says_main(count, arguments);
    }
    port_open();
    guest_open();

    int daemon = daemon_descriptor();

    port_say("ready");
    if (job_take()) {
        script_run(daemon);
    }
    run_guest(daemon);
}
