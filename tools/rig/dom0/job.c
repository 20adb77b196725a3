/* Taking the job: see job.h. */
#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "port.h"

/* Let the driver of virtio disks have the device that QEMU put at this place. */
static void bind_disk(const char *device)
{
    FILE *file = fopen("/sys/bus/virtio/drivers/virtio_blk/bind", "w");

    if (file == NULL || fputs(device, file) < 0 || fclose(file) != 0) {
        port_fault("the disk %s does not come up: %s", device, strerror(errno));
    }
}

static void set_clock(const char *seconds)
{
    struct timespec now = {.tv_sec = strtoll(seconds, NULL, 10)};

    if (clock_settime(CLOCK_REALTIME, &now) != 0) {
        port_fault("dom0's clock cannot be set: %s", strerror(errno));
    }
}

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        port_fault("%s: %s", path, strerror(errno));
    }
    return file;
}

/* What the lines of a job fill. */
struct job {
    FILE *configuration;
    FILE *script; /* NULL: none */
    bool second_disk;
};

static void take_line(struct job *job, const char *line)
{
    if (strncmp(line, "config ", 7) == 0) {
        fprintf(job->configuration, "%s\n", line + 7);
    } else if (strncmp(line, "script ", 7) == 0) {
        job->script = job->script != NULL ? job->script : create(JOB_SCRIPT);
        fprintf(job->script, "%s\n", line + 7);
    } else if (strncmp(line, "time ", 5) == 0) {
        set_clock(line + 5);
    } else if (strcmp(line, "disk") == 0) {
        job->second_disk = true;
    } else {
        port_fault("not a line of a job: %s", line);
    }
}

/* Nothing may touch the disks before the whole job is there: until then, a snapshot may be taken at any moment. */
bool job_take(void)
{
    struct job job = {.configuration = create(JOB_CONFIGURATION)};
    char line[4096];

    for (port_read(line, sizeof line); strcmp(line, "create") != 0; port_read(line, sizeof line)) {
        take_line(&job, line);
    }
    fclose(job.configuration);
    if (job.script != NULL) {
        fclose(job.script);
    }
    bind_disk("virtio2");
    if (job.second_disk) {
        bind_disk("virtio3");
    }
    port_say("taken");
    return job.script != NULL;
}
