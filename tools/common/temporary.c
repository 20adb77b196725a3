/* Folders that vanish with the tool: see temporary.h. */
#include "temporary.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "message.h"
#include "text.h"

enum { MOST = 16 };

static char *folders[MOST];
static size_t count;
static volatile sig_atomic_t interrupted;

static void remember(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void remove_all(void)
{
    while (count > 0) {
        path_remove(folders[--count]);
    }
}

static void begin(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = remember};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
    }
    atexit(remove_all);
}

const char *temporary_beside(const char *path)
{
    char *name = format_string("%s.XXXXXX", path);

    if (count == 0) {
        begin();
    }
    if (count == MOST || mkdtemp(name) == NULL) {
        fail(STATUS_FAILED, "cannot make a folder %s: %s", name,
             strerror(count == MOST ? EMFILE : errno));
    }
    folders[count++] = name;
    return name;
}

void interrupted_stop(void)
{
    if (interrupted) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
}
