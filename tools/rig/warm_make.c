/* Making the warm machine: see warm_make.h. */
#include "warm_make.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dom0.h"
#include "file.h"
#include "log.h"
#include "message.h"
#include "outcome.h"
#include "process.h"

enum { MAKE_SECONDS = 300, SAVE_SECONDS = 60, MOST_KEPT = 4 };

static bool is_ready(void *argument)
{
    struct dom0 *d = argument;
    struct text line = {0};
    bool ready = false;

    while (!ready && dom0_line(d, &line)) {
        ready = strcmp(line.bytes, "ready") == 0;
    }
    text_free(&line);
    return ready;
}

/* Hand `descriptor` to QEMU's monitor: it comes along with a blank, and the next command "getfd" names it. */
static int give_descriptor(struct dom0 *d, int descriptor)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec blank = {.iov_base = " ", .iov_len = 1};
    struct msghdr message = {.msg_iov = &blank,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    if (sendmsg(d->qemu.qmp.descriptor, &message, MSG_NOSIGNAL) != 1) {
        return -errno;
    }
    return dom0_command(d, "getfd", cJSON_Parse("{\"fdname\":\"state\"}"));
}

/* Stop the machine, and have QEMU write all but its memory, which is in its file already. */
static int save(struct dom0 *d, int state)
{
    int error = dom0_command(d, "stop", NULL);

    error = error != 0 ? error : dom0_migration_setup(d);
    error = error != 0 ? error : give_descriptor(d, state);
    error = error != 0 ? error : dom0_command(d, "migrate", cJSON_Parse("{\"uri\":\"fd:state\"}"));
    return error != 0 ? error : dom0_await(d, SAVE_SECONDS, dom0_has_migrated, d);
}

/* What went wrong in the phase `what`; the machine is still there to tell. */
static char *explain(struct dom0 *d, int error, const char *what, int *status)
{
    char *broken = dom0_broken(d);
    char *problem;

    *status = error == -EINTR ? STATUS_INTERRUPTED : STATUS_RIG;
    if (error == -EINTR) {
        problem = copy_string("interrupted");
    } else if (broken != NULL) {
        problem = format_string("the warm machine broke while %s: %s", what, broken);
    } else {
        problem = format_string("the warm machine failed while %s: %s", what,
                                error == -EPIPE             ? "the machine stopped"
                                : error == -ETIMEDOUT       ? "nothing came in time"
                                : d->qemu.qmp.error != NULL ? d->qemu.qmp.error
                                                            : strerror(-error));
    }
    free(broken);
    return problem;
}

/* Boot a machine on these two files, and save it there. */
static char *boot_and_save(struct dom0 *d, int memory, int state, int *status)
{
    struct dom0_devices devices = {.memory = memory, .share = true, .kernel = -1, .disk = -1};
    char *problem;
    int error;

    dom0_devices(d, &devices);
    problem = dom0_start(d, status);
    if (problem != NULL) {
        return problem;
    }
    error = dom0_command(d, "cont", NULL);
    error = error != 0 ? error : dom0_await(d, MAKE_SECONDS, is_ready, d);
    if (error != 0) {
        return explain(d, error, "dom0 came up", status);
    }
    error = save(d, state);
    if (error != 0) {
        return explain(d, error, "QEMU saved it", status);
    }
    qemu_stop(&d->qemu);
    /* A power failure must not leave a complete name on incomplete files. */
    if (fsync(memory) != 0 || fsync(state) != 0) {
        return format_string("cannot write the warm machine: %s", strerror(errno));
    }
    return NULL;
}

static int create(const char *folder, const char *name, off_t size)
{
    char *path = format_string("%s/%s", folder, name);
    int descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (descriptor < 0 || ftruncate(descriptor, size) != 0) {
        fail(STATUS_USAGE, "cannot write %s: %s", path, strerror(errno));
    }
    free(path);
    return descriptor;
}

static char *make_in(const char *folder, const struct options *o, struct events *e, int *status)
{
    struct options own_log = *o;
    struct dom0 d;
    int memory = create(folder, "memory", (off_t)DOM0_MEMORY << 20);
    int state = create(folder, "state", 0);
    char *problem;

    /* --log names the log of the run that waits for us. */
    own_log.log = NULL;

    struct log log = log_open(&own_log, "warm");

    events_begin(e, MAKE_SECONDS);
    dom0_prepare(&d, o, e, log.descriptor);
    problem = boot_and_save(&d, memory, state, status);
    dom0_free(&d);
    close(memory);
    close(state);
    log_close(&log);
    return problem;
}

static time_t used_at(const char *folder)
{
    struct stat status = {0};

    stat(folder, &status);
    return status.st_mtime;
}

/* How many of the folders were used after this one. */
static size_t rank(const glob_t *folders, size_t which)
{
    time_t used = used_at(folders->gl_pathv[which]);
    size_t later = 0;

    for (size_t i = 0; i < folders->gl_pathc; i++) {
        later += used_at(folders->gl_pathv[i]) > used;
    }
    return later;
}

/* Before another machine comes to `folder`: remove what a killed rig left half-made, and machines long not used. */
static void tidy(const char *folder)
{
    char *pattern = format_string("%.*s/warm-*", (int)(strrchr(folder, '/') - folder), folder);
    glob_t found = {0};

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            if (strstr(found.gl_pathv[i], ".part") != NULL || rank(&found, i) >= MOST_KEPT - 1) {
                path_remove(found.gl_pathv[i]);
            }
        }
    }
    globfree(&found);
    free(pattern);
}

char *warm_make(const char *folder, const struct options *o, struct events *e, int *status)
{
    char *part = format_string("%s.part", folder);
    double start = clock_seconds();
    char *problem;

    if (!o->quiet) {
        message("making the warm machine, once: %s",
                o->exact == EXACT_COUNT ? "about 20 s" : "about 10 s");
    }
    tidy(folder);
    *status = STATUS_RIG;
    if (directory_make(part) != 0) {
        problem =
            format_string("cannot make %s; set XDG_CACHE_HOME to a folder that is yours", part);
    } else {
        problem = make_in(part, o, e, status);
    }
    if (problem == NULL && rename(part, folder) != 0) {
        problem = format_string("cannot rename %s: %s", part, strerror(errno));
    }
    if (problem != NULL) {
        path_remove(part);
    } else if (!o->quiet) {
        message("the warm machine is ready after %.1f s", clock_seconds() - start);
    }
    free(part);
    return problem;
}
