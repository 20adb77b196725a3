/* What is typed into the guest's console: see typing.h. */
#include "typing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "process.h"

enum { PART = 256, CTRL_D = 4 };

/* The terminal as it was; there is one at the most. */
static struct termios before;
static bool changed;

static void restore_terminal(void)
{
    if (changed) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
        changed = false;
    }
}

/* In the background, a terminal is somebody else's. */
static void take_terminal(void)
{
    struct termios keys;

    if (tcgetpgrp(STDIN_FILENO) != getpgrp() || tcgetattr(STDIN_FILENO, &before) != 0) {
        return;
    }
    keys = before;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    changed = tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
    atexit(restore_terminal);
}

char *typing_begin(struct typing *t, const char *path)
{
    *t = (struct typing){.descriptor = -1};
    if (path == NULL) {
        return NULL;
    }
    t->descriptor = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (t->descriptor < 0) {
        return format_string("--input=%s: %s", path, strerror(errno));
    }
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO)) {
        take_terminal();
    }
    return NULL;
}

int typing_source(const struct typing *t)
{
    return t->allowed ? t->descriptor : -1;
}

void typing_read(struct typing *t, struct text *line)
{
    unsigned char bytes[PART];
    ssize_t count = read(t->descriptor, bytes, sizeof bytes);

    if (count < 0 && errno == EINTR) {
        return;
    }
    if (count <= 0) {
        bytes[0] = CTRL_D;
        count = 1;
        typing_end(t);
    }
    text_printf(line, "type ");
    for (ssize_t i = 0; i < count; i++) {
        text_printf(line, "%02x", bytes[i]);
    }
    text_printf(line, "\n");
    t->allowed = false;
    t->last = clock_seconds();
}

void typing_end(struct typing *t)
{
    if (t->descriptor >= 0) {
        close(t->descriptor);
    }
    t->descriptor = -1;
    restore_terminal();
}
