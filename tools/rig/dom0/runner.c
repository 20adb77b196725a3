/*
 * The rig's hand in dom0: takes one job, has xl create the guest, passes on its console, and tells how it ended.
 *
 * The control port carries lines. The rig sends the job:
 *     disk                       give dom0 the second disk as /dev/vdb; the kernel is always /dev/vda
 *     time SECONDS               since 1970: what dom0's clock should say, and with it Xen's and the guest's
 *     config TEXT                a line of xl's configuration of the guest
 *     create                     the job is complete: begin
 * and later, perhaps:
 *     where WORDS                stop the guest, if it is not dead, and tell where it is, with so much of its stacks
 * and dom0 sends what happens:
 *     ready                      dom0 is up and has seen nothing of the job: the moment for a snapshot
 *     taken                      the whole job has come
 *     xl TEXT                    a line that xl printed
 *     created ID                 Xen has the guest, and we have its console
 *     console TEXT               what is wrong with the guest's console ring
 *     died REASON VCPUS BYTES    the reason, the virtual CPUs that were online, all the bytes that its console sent
 *     vcpu N HOW RIP RSP RBP     a virtual CPU that is "running" or "waiting", numbers in hexadecimal
 *     stack ADDRESS WORD...      words of its stack, from the first page on that is mapped at RSP or just above
 *     there                      no more vcpu lines come
 *     refused STATUS             xl ended with this status (128 + signal) and there is no guest
 *     fault TEXT                 dom0 itself is of no use any more
 * The guest's console leaves on a port of its own, raw. A guest that has died stays as it was: nobody destroys it.
 * Just before "died", a line goes to dom0's console: behind it in the log, Xen has nothing more to say on the guest.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "console.h"
#include "guest.h"
#include "port.h"
#include "where.h"

static const char *const configuration = "/run/guest.cfg";

/* Let the driver of virtio disks have the device that QEMU put at this place. */
static void bind_disk(const char *device)
{
    FILE *file = fopen("/sys/bus/virtio/drivers/virtio_blk/bind", "w");

    if (file == NULL || fputs(device, file) < 0 || fclose(file) != 0) {
        port_fault("the disk %s does not come up: %s", device, strerror(errno));
    }
}

static void set_clock(const char *seconds)
{
    struct timespec now = {.tv_sec = strtoll(seconds, NULL, 10)};

    if (clock_settime(CLOCK_REALTIME, &now) != 0) {
        port_fault("dom0's clock cannot be set: %s", strerror(errno));
    }
}

/* Nothing may touch the disks before the whole job is there: until then, a snapshot may be taken at any moment. */
static void take_job(void)
{
    FILE *file = fopen(configuration, "w");
    bool second_disk = false;
    char line[4096];

    if (file == NULL) {
        port_fault("%s: %s", configuration, strerror(errno));
    }
    for (port_read(line, sizeof line); strcmp(line, "create") != 0; port_read(line, sizeof line)) {
        if (strncmp(line, "config ", 7) == 0) {
            fprintf(file, "%s\n", line + 7);
        } else if (strncmp(line, "time ", 5) == 0) {
            set_clock(line + 5);
        } else if (strcmp(line, "disk") == 0) {
            second_disk = true;
        } else {
            port_fault("not a line of a job: %s", line);
        }
    }
    fclose(file);
    bind_disk("virtio2");
    if (second_disk) {
        bind_disk("virtio3");
    }
    port_say("taken");
}

/* Start xl; it stays until the guest has died. Returns the reading end of what it prints. */
static int start_xl(pid_t *xl)
{
    int ends[2];

    if (pipe(ends) != 0 || (*xl = fork()) < 0) {
        port_fault("xl cannot be started: %s", strerror(errno));
    }
    if (*xl == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/xl", "xl", "create", "-F", "-q", configuration, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return ends[0];
}

/* Pass on what xl prints, a line at a time. Returns false when it has ended. */
static bool relay_xl(int pipe)
{
    static char line[512];
    static size_t length;
    char block[512];
    ssize_t got = read(pipe, block, sizeof block);

    for (ssize_t i = 0; i < got; i++) {
        if (block[i] != '\n' && length < sizeof line) {
            line[length++] = block[i];
        } else {
            port_say("xl %.*s", (int)length, line);
            length = 0;
        }
    }
    return got > 0;
}

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
    int output; /* what xl prints; -1 when it has ended */
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
    int status = 0;

    close(w->output);
    w->output = -1;
    waitpid(w->xl, &status, 0);
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    see_guest(w);
    if (w->guest == 0) {
        port_say("refused %d", status);
    } else if (!w->dead) {
        port_fault("xl ended with status %d while the guest lived", status);
    }
}

static void take_question(const struct watch *w)
{
    char line[64];
    unsigned words;

    port_read(line, sizeof line);
    if (sscanf(line, "where %u", &words) != 1) {
        port_fault("not a question: %s", line);
    }
    where_tell(w->guest, words);
}

static void follow(struct watch *w, int daemon)
{
    for (;;) {
        struct pollfd sources[] = {{.fd = w->output, .events = POLLIN},
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
            take_question(w);
        }
        if (sources[0].revents != 0 && !relay_xl(w->output)) {
            see_xl_end(w);
        }
    }
}

int main(void)
{
    struct watch watch = {0};

    port_open();
    guest_open();

    int daemon = daemon_descriptor();

    port_say("ready");
    take_job();
    watch.output = start_xl(&watch.xl);
    follow(&watch, daemon);
}
