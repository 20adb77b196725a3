/* The job for dom0: see job.h. */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"

/* In bytes: the job must fit into the socket's buffer, and each of its lines into dom0's. */
enum { MOST_SCRIPT = 60000, MOST_SCRIPT_LINE = 4000 };

/* A string of xl's configuration: in double quotes, with backslashes before what would end it. */
static void write_string(struct text *job, const char *key, const char *value)
{
    text_printf(job, "config %s=\"", key);
    for (; *value != '\0'; value++) {
        text_printf(job, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    }
    text_printf(job, "\"\n");
}

/* What xl does at the guest's end: with a script what it always does, but for a crash, which is to be looked at. */
static void write_ends(struct text *job, bool scripted)
{
    static const char *const ends[] = {"poweroff", "reboot", "crash", "watchdog", "soft_reset"};

    for (size_t i = scripted ? 2 : 0; i < sizeof ends / sizeof ends[0]; i++) {
        text_printf(job, "config on_%s=\"preserve\"\n", ends[i]);
    }
}

static void write_script(struct text *job, const struct text *script)
{
    for (const char *line = script->bytes; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        text_printf(job, "script %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

char *job_read_script(const char *path, struct text *script)
{
    int error = file_read(path, MOST_SCRIPT, script);

    if (error == -EFBIG) {
        return format_string("%s: a script has at most %d kB", path, MOST_SCRIPT / 1000);
    }
    if (error != 0) {
        return format_string("%s: %s", path, strerror(-error));
    }
    if (script->length == 0 || memchr(script->bytes, '\0', script->length) != NULL) {
        return format_string("%s: not a script", path);
    }
    for (const char *line = script->bytes; *line != '\0'; line += *line == '\n') {
        size_t length = strcspn(line, "\n");

        if (length > MOST_SCRIPT_LINE) {
            return format_string("%s: a line of a script has at most %d characters", path,
                                 MOST_SCRIPT_LINE);
        }
        line += length;
    }
    return NULL;
}

void job_write(struct text *job, const struct options *o, const struct text *script)
{
    char *line = options_guest_line(o);

    /* dom0's clock stood still since the machine was saved. In virtual time it must be the same in every run. */
    if (o->exact == EXACT_OFF) {
        text_printf(job, "time %lld\n", (long long)time(NULL));
    }
    text_printf(job, "config name=\"guest\"\nconfig kernel=\"/dev/vda\"\n");
    text_printf(job, "config memory=%u\nconfig vcpus=%u\n", o->memory, o->vcpus);
    /* Otherwise Xen emulates every rdtsc here, which costs a thousand instructions. */
    text_printf(job, "config tsc_mode=\"native\"\n");
    write_string(job, "cmdline", line);
    write_ends(job, script != NULL);
    if (o->host_port != 0) {
        text_printf(job, "config vif=[\"mac=00:16:3e:00:00:10\"]\n");
    }
    if (o->disk != NULL) {
        text_printf(job, "disk\nconfig disk=[\"phy:/dev/vdb,xvda,w\"]\n");
    }
    if (script != NULL) {
        write_script(job, script);
    }
    text_printf(job, "create\n");
    free(line);
}
