/* The job for dom0: see job.h. */
#include "job.h"

#include <stdlib.h>
#include <time.h>

/* A string of xl's configuration: in double quotes, with backslashes before what would end it. */
static void write_string(struct text *job, const char *key, const char *value)
{
    text_printf(job, "config %s=\"", key);
    for (; *value != '\0'; value++) {
        text_printf(job, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    }
    text_printf(job, "\"\n");
}

static void write_keep(struct text *job)
{
    static const char *const ends[] = {"poweroff", "reboot", "crash", "watchdog", "soft_reset"};

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        text_printf(job, "config on_%s=\"preserve\"\n", ends[i]);
    }
}

void job_write(struct text *job, const struct options *o)
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
    write_keep(job);
    if (o->host_port != 0) {
        text_printf(job, "config vif=[\"mac=00:16:3e:00:00:10\"]\n");
    }
    if (o->disk != NULL) {
        text_printf(job, "disk\nconfig disk=[\"phy:/dev/vdb,xvda,w\"]\n");
    }
    text_printf(job, "create\n");
    free(line);
}
