/* The guest's console as xenconsoled logs it: see logs.h. */
#include "logs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "port.h"
#include "says.h"

static const char directory[] = "/var/log/xen/console";

struct log_file {
    char name[NAME_MAX + 1];
    int descriptor;
};

enum { MOST_FILES = 16 };

static struct log_file files[MOST_FILES];
static unsigned count;
static int events = -1;
static int copy = -1;
static unsigned long passed;

void logs_open(void)
{
    events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    copy = open(SAYS_CONSOLE, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (events < 0 || copy < 0 || inotify_add_watch(events, directory, IN_MODIFY) < 0) {
        port_fault("%s cannot be followed: %s", directory, strerror(errno));
    }
}

int logs_events(void)
{
    return events;
}

static struct log_file *find(const char *name)
{
    char path[sizeof directory + NAME_MAX + 2];

    for (unsigned i = 0; i < count; i++) {
        if (strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (count == MOST_FILES) {
        port_fault("the guest had more than %d names", MOST_FILES);
    }
    files[count].descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (files[count].descriptor < 0) {
        port_fault("%s: %s", path, strerror(errno));
    }
    snprintf(files[count].name, sizeof files[count].name, "%s", name);
    return &files[count++];
}

static void pass_on(const struct log_file *file)
{
    char block[4096];
    ssize_t length;

    while ((length = read(file->descriptor, block, sizeof block)) > 0) {
        port_console(block, (size_t)length);
        if (write(copy, block, (size_t)length) != length) {
            port_fault("%s: dom0 has no room for more", SAYS_CONSOLE);
        }
        passed += (unsigned long)length;
    }
}

void logs_drain(void)
{
    _Alignas(struct inotify_event) char block[4096];
    ssize_t length;

    while ((length = read(events, block, sizeof block)) > 0) {
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const struct inotify_event *)&block[at];

            if (strncmp(event->name, "guest-", strlen("guest-")) == 0) {
                pass_on(find(event->name));
            }
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
}

unsigned long logs_bytes(void)
{
    return passed;
}
