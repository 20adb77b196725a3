/* One test in a process of its own: see isolate.h. */
#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <stardust/layout.h>

#include "../entry.h"
#include "../watch.h"
#include "crash.h"
#include "test.h"

/* Statuses of the process that tries what this machine can do. */
enum { NO_FILTER = 1, NO_STEP = 2 };

static void share_verdict(void)
{
    if (verdict == NULL) {
        verdict =
            mmap(NULL, sizeof *verdict, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    if (verdict == MAP_FAILED) {
        perror("unit: no memory for a verdict");
        exit(1);
    }
    memset(verdict, 0, sizeof *verdict);
}

/* A CU_ASSERT that failed knows its condition and place, and nothing more. */
static void explain_assertion(void)
{
    CU_pFailureRecord record = CU_get_failure_list();

    verdict_fill(verdict, &(struct failure){.rule = text("%s", record->strCondition)});
    snprintf(verdict->where, sizeof verdict->where, "%s:%u", record->strFileName,
             record->uiLineNumber);
}

/* What the sanitizers find is told in the report, in our words: theirs would stand in between. */
static void silence_stderr(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
    }
}

static _Noreturn void leave_child(void)
{
    if (CU_get_number_of_failures() > 0) {
        explain_assertion();
    } else {
        verdict->outcome = VERDICT_PASSED;
    }
    _exit(0);
}

static _Noreturn void run_in_child(CU_pSuite suite, CU_pTest test)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    silence_stderr();
    crash_catch();
    if (entry_catch() != 0) {
        _exit(1);
    }
    CU_run_test(suite, test);
    leave_child();
}

/*
 * SIGCHLD is blocked, so that it waits for us if it comes before we wait for it. It may also be one that an earlier child has
 * left, which we had found ended without waiting: so it is only a reason to look again.
 */
static int wait_for(pid_t child)
{
    struct timespec limit = {.tv_sec = WALL_SECONDS};
    sigset_t child_ended;
    int status = 0;

    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (sigtimedwait(&child_ended, NULL, &limit) < 0 && errno == EAGAIN) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return status;
        }
    }
    return status;
}

static void explain_end(int status)
{
    const char *did = WIFSIGNALED(status)
                          ? text("ended the test's process by the signal %d", WTERMSIG(status))
                          : text("ended the test's process, with status %d", WEXITSTATUS(status));

    verdict_fill(verdict, &(struct failure){
                              .rule = "the code under test returns to the test",
                              .did = did,
                              .expected = "a return",
                              .usually = "the stack or a pointer to a function was overwritten",
                          });
}

void test_apart(void (*function)(const void *data), const void *data)
{
    pid_t child;
    int status;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        crash_catch();
        function(data);
        leave_child();
    }
    status = child < 0 ? -1 : wait_for(child);
    if (verdict->outcome == VERDICT_NONE) {
        explain_end(status);
    }
    if (verdict->outcome == VERDICT_FAILED) {
        _exit(0);
    }
    verdict->outcome = VERDICT_NONE;
}

const struct verdict *isolate_run(CU_pSuite suite, CU_pTest test)
{
    sigset_t child_ended;
    pid_t child;
    int status;

    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
    share_verdict();
    fflush(NULL);
    child = fork();
    if (child == 0) {
        run_in_child(suite, test);
    }
    status = child < 0 ? -1 : wait_for(child);
    if (verdict->outcome == VERDICT_NONE) {
        explain_end(status);
    }
    return verdict;
}

static unsigned seen;

static void count_access(const struct watch_access *access)
{
    (void)access;
    seen++;
}

/* Does this machine trap after one instruction? Some emulated ones do not. */
static bool can_step(void)
{
    volatile char *page =
        mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    crash_catch();
    watch_begin((void *)page, NULL, count_access);
    page[0] = 1;
    page[1] = 2;
    watch_end();
    return seen == 2;
}

const char *isolate_possible(void)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        _exit(entry_catch() != 0 ? NO_FILTER : can_step() ? 0 : NO_STEP);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return "no process can be started for a test";
    }
    switch (WEXITSTATUS(status)) {
    case 0:
        return NULL;
    case NO_FILTER:
        return "this machine allows no seccomp filter, by which the unit tests catch `syscall`: "
               "run them outside of this container";
    default:
        return "this machine does not trap after single instructions, by which the unit tests see "
               "what is written first";
    }
}
