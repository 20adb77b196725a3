/* Starting and ending QEMU: see qemu.h. */
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "outcome.h"
#include "process.h"
#include "virtual_time.h"

static const char program[] = "qemu-system-x86_64";
static const char install[] = "install the Debian package qemu-system-x86 (make setup does)";

enum { OLDEST_MAJOR = 7, GREETING_SECONDS = 60, MESSAGE_LIMIT = 1 << 20, PIPE_BYTES = 1 << 20 };

void qemu_add(struct qemu *q, const char *format, ...)
{
    va_list arguments;

    if (q->argument_count == QEMU_MOST_ARGUMENTS) {
        fail(STATUS_RIG, "more than %d arguments for QEMU", QEMU_MOST_ARGUMENTS);
    }
    va_start(arguments, format);
    if (vasprintf(&q->arguments[q->argument_count++], format, arguments) < 0) {
        fail(STATUS_RIG, "out of memory");
    }
    va_end(arguments);
}

static void add_clock(struct qemu *q, enum exact exact)
{
    /* With several threads and a loaded host, emulated programs were seen to crash: one thread
     * gives every verdict. */
    qemu_add(q, "-accel");
    qemu_add(q, exact == EXACT_OFF ? "tcg,thread=single" : "tcg");
    if (exact != EXACT_OFF) {
        qemu_add(q, "-icount");
        qemu_add(q, "shift=%d,sleep=off", exact == EXACT_REPEAT ? 6 : 0);
        qemu_add(q, "-rtc");
        qemu_add(q, "base=%d-01-01,clock=vm", VIRTUAL_BEGAN_YEAR);
    }
}

void qemu_prepare(struct qemu *q, const struct qemu_machine *machine)
{
    /* Xen faults while it builds a bounce frame for a PV guest when this emulation has SMAP. */
    const char *fixed[] = {"-nodefaults",
                           "-no-user-config",
                           "-display",
                           "none",
                           "-cpu",
                           "max,-smap",
                           "-S",
                           "-action",
                           "reboot=shutdown,shutdown=pause"};

    *q = (struct qemu){.messages = memfd_create("qemu", MFD_CLOEXEC), .qmp = {.descriptor = -1}};
    qemu_add(q, "%s", program);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        qemu_add(q, "%s", fixed[i]);
    }
    add_clock(q, machine->exact);
    qemu_add(q, "-smp");
    qemu_add(q, "%u", machine->cpus);
    qemu_add(q, "-m");
    qemu_add(q, "%u", machine->memory);
    qmp_open(&q->qmp, qemu_channel(q, "qmp"));
    qemu_add(q, "-mon");
    qemu_add(q, "chardev=qmp,mode=control");
}

int qemu_pass(struct qemu *q, int descriptor)
{
    int copy = q->passed_count < QEMU_MOST_DESCRIPTORS ? fcntl(descriptor, F_DUPFD_CLOEXEC, 3) : -1;

    if (copy < 0) {
        fail(STATUS_RIG, "cannot pass a descriptor to QEMU: %s", strerror(errno));
    }
    q->passed[q->passed_count++] = copy;
    return copy;
}

int qemu_channel(struct qemu *q, const char *name)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        fail(STATUS_RIG, "cannot make a socket pair: %s", strerror(errno));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    qemu_add(q, "-chardev");
    qemu_add(q, "socket,id=%s,fd=%d", name, qemu_pass(q, ends[1]));
    close(ends[1]);
    return ends[0];
}

int qemu_output(struct qemu *q, const char *name)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail(STATUS_RIG, "cannot make a pipe: %s", strerror(errno));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES);
    qemu_add(q, "-chardev");
    qemu_add(q, "file,id=%s,path=/dev/fd/%d", name, qemu_pass(q, ends[1]));
    close(ends[1]);
    return ends[0];
}

static _Noreturn void become_qemu(struct qemu *q, pid_t parent)
{
    sigset_t none;
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127); /* the parent died before it could take us with it */
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(nothing, STDIN_FILENO);
    dup2(q->messages, STDOUT_FILENO);
    dup2(q->messages, STDERR_FILENO);
    for (unsigned i = 0; i < q->passed_count; i++) {
        fcntl(q->passed[i], F_SETFD, 0);
    }
    execvp(program, q->arguments);
    dprintf(STDERR_FILENO, "%s: %s", program, strerror(errno));
    _exit(127);
}

static void close_passed(struct qemu *q)
{
    while (q->passed_count > 0) {
        close(q->passed[--q->passed_count]);
    }
}

/* "QEMU emulator version 7.2.22 …" → 7; 0 when it does not say. */
static int major_version(void)
{
    const char *arguments[] = {program, "--version", NULL};
    struct text output = {0};
    struct process p = {.arguments = arguments, .seconds = 30, .output = &output};
    int major = 0;

    process_run(&p);
    if (output.bytes != NULL) {
        const char *word = strstr(output.bytes, "version ");

        major = word != NULL ? atoi(word + strlen("version ")) : 0;
    }
    text_free(&output);
    return major;
}

/* QEMU has ended before it shook hands: one line that says why. */
static char *explain_end(struct qemu *q, int *status)
{
    int end = 0;
    int major;

    waitpid(q->pid, &end, 0);
    q->pid = 0;
    if (WIFEXITED(end) && WEXITSTATUS(end) == 127) {
        *status = STATUS_USAGE;
        return format_string("%s cannot be started: %s", program, install);
    }
    major = major_version();
    if (major > 0 && major < OLDEST_MAJOR) {
        *status = STATUS_USAGE;
        return format_string("%s is version %d, too old: %d.0 or newer is needed; %s", program,
                             major, OLDEST_MAJOR, install);
    }

    struct text said = {0};

    text_append(&said, "", 0);
    qemu_messages(q, &said);
    said.bytes[strcspn(said.bytes, "\n")] = '\0';

    char *line =
        format_string("QEMU ended at once: %s", said.length > 0 ? said.bytes : "without a word");

    text_free(&said);
    *status = STATUS_RIG;
    return line;
}

static char *explain(struct qemu *q, int error, int *status)
{
    if (error == -EINTR) {
        *status = STATUS_INTERRUPTED;
        return copy_string("interrupted");
    }
    if (error == -EPIPE) {
        return explain_end(q, status);
    }
    *status = STATUS_RIG;
    return error == -ETIMEDOUT
               ? format_string("QEMU did not answer within %d s: is this machine overloaded?",
                               GREETING_SECONDS)
               : format_string("QEMU refuses its protocol: %s", q->qmp.error);
}

char *qemu_start(struct qemu *q, struct events *e, int *status)
{
    pid_t parent = getpid();
    char *problem = NULL;
    int error;

    fflush(NULL);
    q->pid = fork();
    if (q->pid == 0) {
        become_qemu(q, parent);
    }
    close_passed(q);
    if (q->pid < 0) {
        q->pid = 0;
        *status = STATUS_RIG;
        return format_string("cannot start a process: %s", strerror(errno));
    }
    setpgid(q->pid, q->pid);
    error = qmp_greet(&q->qmp, e, GREETING_SECONDS);
    if (error != 0) {
        problem = explain(q, error, status);
        qemu_stop(q);
    }
    return problem;
}

void qemu_stop(struct qemu *q)
{
    if (q->pid > 0) {
        kill(-q->pid, SIGKILL);
        while (waitpid(q->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    q->pid = 0;
    close_passed(q);
    qmp_close(&q->qmp);
}

void qemu_messages(const struct qemu *q, struct text *t)
{
    char block[4096];
    off_t at = 0;
    ssize_t length;

    while (at < MESSAGE_LIMIT && (length = pread(q->messages, block, sizeof block, at)) > 0) {
        text_append(t, block, (size_t)length);
        at += length;
    }
}

void qemu_free(struct qemu *q)
{
    qemu_stop(q);
    if (q->messages >= 0) {
        close(q->messages);
    }
    while (q->argument_count > 0) {
        free(q->arguments[--q->argument_count]);
    }
    *q = (struct qemu){.messages = -1, .qmp = {.descriptor = -1}};
}
