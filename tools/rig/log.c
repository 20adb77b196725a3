/* The log file of a run: see log.h. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "text.h"

static char *default_path(const struct options *o, const char *command)
{
    char *folder = format_string("%s/rig", o->build);
    int error = directory_make(folder);

    if (error != 0) {
        fail(STATUS_USAGE, "cannot make the folder %s: %s; give --build or --log", folder,
             strerror(-error));
    }

    char *path = format_string("%s/%s.log", folder, command);

    free(folder);
    return path;
}

struct log log_open(const struct options *o, const char *command)
{
    struct log log = {.path = o->log != NULL ? copy_string(o->log) : default_path(o, command)};
    int tries = 0;

    do {
        unlink(log.path);
        log.descriptor = open(log.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    } while (log.descriptor < 0 && errno == EEXIST && ++tries < 100);
    if (log.descriptor < 0) {
        fail(STATUS_USAGE, "cannot write the log %s: %s; give another with --log", log.path,
             strerror(errno));
    }
    return log;
}

void log_line(const struct log *log, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    dprintf(log->descriptor, "rig: ");
    vdprintf(log->descriptor, format, arguments);
    dprintf(log->descriptor, "\n");
    va_end(arguments);
}

void log_close(struct log *log)
{
    close(log->descriptor);
    free(log->path);
    *log = (struct log){.descriptor = -1};
}
