/* Running other programs with limits: see process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

enum { OUTPUT_LIMIT = 1 << 20 };

double clock_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A file that nobody else sees takes the input: unlike a pipe it never has to be fed while we read the output. */
static int open_input(const struct text *input)
{
    int descriptor = input == NULL ? open("/dev/null", O_RDONLY | O_CLOEXEC)
                                   : memfd_create("input", MFD_CLOEXEC);
    size_t length = input == NULL ? 0 : input->length;

    for (size_t done = 0; descriptor >= 0 && done < length;) {
        ssize_t written = write(descriptor, input->bytes + done, length - done);

        if (written < 0 && errno != EINTR) {
            fail(STATUS_FAILED, "cannot pass on %zu bytes of input: %s", length, strerror(errno));
        }
        done += written > 0 ? (size_t)written : 0;
    }
    if (descriptor < 0 || lseek(descriptor, 0, SEEK_SET) < 0) {
        fail(STATUS_FAILED, "cannot make a program's input: %s", strerror(errno));
    }
    return descriptor;
}

static _Noreturn void become(const struct process *p, int input, int output,
                             const sigset_t *signals)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, signals, NULL);
    dup2(input, STDIN_FILENO);
    if (output >= 0) {
        dup2(output, STDOUT_FILENO);
        if (!p->errors_apart) {
            dup2(output, STDERR_FILENO);
        }
    }
    if (p->directory != NULL && chdir(p->directory) != 0) {
        fprintf(stderr, "%s: %s\n", p->directory, strerror(errno));
        _exit(127);
    }
    execvp(p->arguments[0], (char *const *)p->arguments);
    fprintf(stderr, "%s: %s\n", p->arguments[0], strerror(errno));
    _exit(127);
}

/* Move what is there from the pipe to the output. Returns false when the pipe has ended. */
static int take_output(const struct process *p, int pipe, struct process_end *end)
{
    char block[16384];
    size_t limit = p->output_limit > 0 ? p->output_limit : OUTPUT_LIMIT;
    ssize_t length = read(pipe, block, sizeof block);

    if (length > 0 && p->output->length + (size_t)length > limit) {
        length = (ssize_t)(limit - p->output->length);
        end->too_long = 1;
    }
    if (length > 0) {
        text_append(p->output, block, (size_t)length);
    }
    return length > 0 || (length < 0 && errno == EINTR);
}

/* Wait until the child has ended, its time is over, it says too much, or somebody wants us to stop. */
static void watch(const struct process *p, int output, int signals, pid_t child,
                  struct process_end *end)
{
    double start = clock_seconds();
    struct pollfd sources[] = {{.fd = signals, .events = POLLIN}, {.fd = output, .events = POLLIN}};

    for (;;) {
        double left = p->seconds > 0 ? start + p->seconds - clock_seconds() : 1e6;
        siginfo_t child_end = {0};

        if (waitid(P_PID, (id_t)child, &child_end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            child_end.si_pid == child) {
            return;
        }
        if (left <= 0) {
            end->timed_out = 1;
            return;
        }
        poll(sources, 2, (int)(left * 1000) + 1);
        if (sources[1].revents != 0 && !take_output(p, output, end)) {
            sources[1].fd = -1;
        }
        if (sources[0].revents != 0) {
            struct signalfd_siginfo signal;

            if (read(signals, &signal, sizeof signal) == sizeof signal &&
                signal.ssi_signo != SIGCHLD) {
                end->status = STATUS_INTERRUPTED;
                return;
            }
        }
        if (end->too_long) {
            return;
        }
    }
}

/* End the group, reap the child and keep what it still had to say. */
static void finish(const struct process *p, int output, pid_t child, struct process_end *end)
{
    int status = 0;

    kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (end->status != STATUS_INTERRUPTED) {
        end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (output >= 0) {
        fcntl(output, F_SETFL, O_NONBLOCK);
        while (!end->too_long && take_output(p, output, end)) {
        }
        close(output);
    }
}

struct process_end process_run(const struct process *p)
{
    struct process_end end = {.status = 127};
    double start = clock_seconds();
    int input = open_input(p->input);
    int ends[2] = {-1, -1};
    sigset_t ours, before;

    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigprocmask(SIG_BLOCK, &ours, &before);
    fflush(NULL);

    int signals = signalfd(-1, &ours, SFD_CLOEXEC);

    if (p->output != NULL && pipe2(ends, O_CLOEXEC) != 0) {
        fail(STATUS_FAILED, "cannot make a pipe: %s", strerror(errno));
    }

    pid_t child = fork();

    if (child == 0) {
        become(p, input, ends[1], &before);
    }
    close(input);
    if (ends[1] >= 0) {
        close(ends[1]);
    }
    if (child > 0) {
        setpgid(child, child);
        watch(p, ends[0], signals, child, &end);
        finish(p, ends[0], child, &end);
    }
    close(signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
    end.seconds = clock_seconds() - start;
    return end;
}
