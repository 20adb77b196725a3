/* The system calls about processes that newlib makes. There is one process, number 1, and it has no signals. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stardust/panic.h>

#define OUR_PROCESS 1

static int fail_with(int error)
{
    errno = error;
    return -1;
}

pid_t getpid(void)
{
    return OUR_PROCESS;
}

/* abort and raise end here, once newlib has found that the program handles no such signal. */
int kill(pid_t process, int signal)
{
    if (process != OUR_PROCESS) {
        return fail_with(ESRCH);
    }
    if (signal == 0) {
        return 0;
    }
    panic("%s, signal %d", signal == SIGABRT ? "abort() was called" : "ended by a signal", signal);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old_set)
{
    (void)how;
    (void)set;
    if (old_set != NULL) {
        sigemptyset(old_set);
    }
    return 0;
}

pid_t fork(void)
{
    return fail_with(ENOSYS);
}

int execve(const char *path, char *const arguments[], char *const environment[])
{
    (void)path;
    (void)arguments;
    (void)environment;
    return fail_with(ENOSYS);
}

pid_t wait(int *status)
{
    (void)status;
    return fail_with(ECHILD);
}

int getentropy(void *buffer, size_t size)
{
    (void)buffer;
    (void)size;
    return fail_with(ENOSYS);
}
