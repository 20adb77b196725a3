/* What a program prints, line by line: see relay.h. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port.h"

static _Noreturn void become(char *const arguments[], int output)
{
    int nothing = open("/dev/null", O_RDONLY);

    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execv(arguments[0], arguments);
    _exit(127);
}

pid_t relay_start(struct relay *r, const char *word, char *const arguments[])
{
    pid_t process = -1;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0 || (process = fork()) < 0) {
        port_fault("%s cannot be started: %s", arguments[0], strerror(errno));
    }
    if (process == 0) {
        become(arguments, ends[1]);
    }
    close(ends[1]);
    *r = (struct relay){.pipe = ends[0], .word = word};
    return process;
}

static void end_line(struct relay *r)
{
    port_say("%s %.*s", r->word, (int)r->length, r->line);
    r->length = 0;
}

bool relay_pass(struct relay *r)
{
    char block[512];
    ssize_t got = read(r->pipe, block, sizeof block);

    for (ssize_t i = 0; i < got; i++) {
        if (block[i] != '\n' && r->length < sizeof r->line) {
            r->line[r->length++] = block[i];
        } else {
            end_line(r);
        }
    }
    return got > 0;
}

void relay_close(struct relay *r)
{
    if (r->pipe < 0) {
        return;
    }
    fcntl(r->pipe, F_SETFL, O_NONBLOCK);
    while (relay_pass(r)) {
    }
    if (r->length > 0) {
        end_line(r);
    }
    close(r->pipe);
    r->pipe = -1;
}

int relay_status(pid_t process)
{
    int status = 0;

    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
