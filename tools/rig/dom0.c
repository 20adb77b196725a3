/* The machine of a domain run: see dom0.h. Here: its loop. What it is made of stands in
 * dom0_machine.c. */
#include "dom0.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process.h"

enum { COMMAND_SECONDS = 60 };

/* Read a channel into a block. Returns the length; 0: nothing now; -1: its other end is closed. */
static ssize_t read_channel(int channel, char *block, size_t size)
{
    ssize_t length = read(channel, block, size);

    if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    return length > 0 ? length : -1;
}

static void read_serial(struct dom0 *d)
{
    char block[65536];
    ssize_t length;

    while ((length = read_channel(d->serial, block, sizeof block)) > 0) {
        console_feed(&d->machine, block, (size_t)length);
    }
    d->halted = d->halted || length < 0;
}

static void read_control(struct dom0 *d)
{
    char block[4096];
    ssize_t length;

    while ((length = read_channel(d->control, block, sizeof block)) > 0) {
        text_append(&d->lines, block, (size_t)length);
    }
    d->halted = d->halted || length < 0;
}

/* One block at a time: a guest that prints without end must not keep us from the clock. */
static void read_guest(struct dom0 *d)
{
    char block[65536];
    ssize_t length = read_channel(d->guest, block, sizeof block);

    if (length > 0) {
        text_append(&d->console.guest, block, (size_t)length);
        if (d->console.first_line == 0 && memchr(block, '\n', (size_t)length) != NULL) {
            d->console.first_line = clock_seconds();
        }
    }
    d->halted = d->halted || length < 0;
}

static void take_events(struct dom0 *d)
{
    cJSON *event;

    while ((event = qmp_next_event(&d->qemu.qmp)) != NULL) {
        const char *name = qmp_string(event, "event");
        const char *state = qmp_string(cJSON_GetObjectItem(event, "data"), "status");

        d->halted = d->halted || strcmp(name, "SHUTDOWN") == 0 || strcmp(state, "failed") == 0;
        d->migrated =
            d->migrated || (strcmp(name, "MIGRATION") == 0 && strcmp(state, "completed") == 0);
        cJSON_Delete(event);
    }
    d->halted = d->halted || d->qemu.qmp.ended;
}

static void pass_typing(struct dom0 *d)
{
    struct text line = {0};

    typing_read(&d->typing, &line);
    if (line.length > 0) {
        d->halted = !dom0_send(d, &line) || d->halted;
    }
    text_free(&line);
}

static enum event step(struct dom0 *d, double until)
{
    struct pollfd sources[] = {
        {.fd = d->serial, .events = POLLIN},
        {.fd = d->control, .events = POLLIN},
        {.fd = d->guest, .events = POLLIN},
        {.fd = d->qemu.qmp.descriptor, .events = POLLIN},
        {.fd = console_has_more(&d->console) ? STDOUT_FILENO : -1, .events = POLLOUT},
        {.fd = typing_source(&d->typing), .events = POLLIN},
    };
    enum event event = events_wait(d->events, sources, sizeof sources / sizeof sources[0], until);

    if (sources[0].revents != 0) {
        read_serial(d);
    }
    if (sources[1].revents != 0) {
        read_control(d);
    }
    if (sources[2].revents != 0) {
        read_guest(d);
    }
    if (sources[3].revents != 0) {
        qmp_read(&d->qemu.qmp);
    }
    if (sources[4].revents != 0) {
        console_show(&d->console);
    }
    if (sources[5].revents != 0) {
        pass_typing(d);
    }
    return event;
}

int dom0_await(struct dom0 *d, double seconds, bool (*done)(void *argument), void *argument)
{
    double until = clock_seconds() + seconds;

    /* Events may also have come together with the answer to a command, before anybody waits: hence first. */
    while (take_events(d), !done(argument)) {
        if (d->halted) {
            return -EPIPE;
        }
        switch (step(d, until)) {
        case EVENT_READY:
            break;
        case EVENT_TIME:
            return -ETIMEDOUT;
        case EVENT_STOP:
            return -EINTR;
        }
    }
    return 0;
}

bool dom0_line(struct dom0 *d, struct text *line)
{
    char *end = d->lines.length > 0 ? memchr(d->lines.bytes, '\n', d->lines.length) : NULL;

    if (end == NULL) {
        return false;
    }

    size_t length = (size_t)(end - d->lines.bytes);

    line->length = 0;
    text_append(line, d->lines.bytes, length);
    d->lines.length -= length + 1;
    memmove(d->lines.bytes, end + 1, d->lines.length);
    return true;
}

bool dom0_send(struct dom0 *d, const struct text *lines)
{
    /* A job is far smaller than the socket's buffer. */
    return send(d->control, lines->bytes, lines->length, MSG_DONTWAIT | MSG_NOSIGNAL) ==
           (ssize_t)lines->length;
}

int dom0_command(struct dom0 *d, const char *name, cJSON *arguments)
{
    return qmp_command(&d->qemu.qmp, d->events, COMMAND_SECONDS, name, arguments, NULL);
}

int dom0_migration_setup(struct dom0 *d)
{
    return dom0_command(
        d, "migrate-set-capabilities",
        cJSON_Parse("{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true},"
                    "{\"capability\":\"events\",\"state\":true}]}"));
}

bool dom0_has_migrated(void *d)
{
    return ((struct dom0 *)d)->migrated;
}

/* The line of `text` in which `word` stands, if any; the caller frees it. */
static char *line_with(const struct text *text, const char *word)
{
    const char *at = text->length > 0 ? strstr(text->bytes, word) : NULL;
    const char *start = at;

    if (at == NULL) {
        return NULL;
    }
    while (start > text->bytes && start[-1] != '\n') {
        start--;
    }
    return format_string("%.*s", (int)strcspn(start, "\n"), start);
}

char *dom0_broken(const struct dom0 *d)
{
    static const char *const linux_words[] = {
        "segfault at", "general protection",  "Kernel panic",  "Oops:",
        "BUG: ",       "trap invalid opcode", "Out of memory", "the runner has ended"};
    static const char *const xen_words[] = {"Panic on CPU", "Xen BUG at", "FATAL TRAP"};
    char *line = NULL;

    for (size_t i = 0; line == NULL && i < sizeof linux_words / sizeof linux_words[0]; i++) {
        line = line_with(&d->machine.guest, linux_words[i]);
    }
    for (size_t i = 0; line == NULL && i < sizeof xen_words / sizeof xen_words[0]; i++) {
        line = line_with(&d->machine.xen, xen_words[i]);
    }
    return line;
}

void dom0_free(struct dom0 *d)
{
    typing_end(&d->typing);
    qemu_free(&d->qemu);
    close(d->serial);
    close(d->control);
    close(d->guest);
    console_free(&d->machine);
    console_free(&d->console);
    text_free(&d->lines);
}
