/* Finding the warm machine in the cache, or having it made: see warm.h. The making is in
 * warm_make.c. */
#include "warm.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dom0.h"
#include "file.h"
#include "fingerprint.h"
#include "message.h"
#include "outcome.h"
#include "warm_make.h"

/* QEMU is told apart by its file: asking it for its version would cost every run a twentieth of a
 * second. */
static uint64_t mix_qemu(uint64_t print)
{
    char *copy = copy_string(getenv("PATH") != NULL ? getenv("PATH") : "/usr/bin:/bin");
    struct stat status = {0};
    bool found = false;

    for (char *rest = copy, *folder; !found && (folder = strsep(&rest, ":")) != NULL;) {
        char *path = format_string("%s/%s", folder, "qemu-system-x86_64");

        found = access(path, X_OK) == 0 && stat(path, &status) == 0;
        free(path);
    }
    free(copy);
    print = fingerprint_bytes(print, &status.st_size, sizeof status.st_size);
    return fingerprint_bytes(print, &status.st_mtim, sizeof status.st_mtim);
}

/* The arguments that all machines of these options share; a channel's descriptor number says
 * nothing. */
static uint64_t mix_arguments(uint64_t print, const struct options *o, struct events *e)
{
    struct dom0 d;

    dom0_prepare(&d, o, e, -1);
    for (unsigned i = 0; i < d.common; i++) {
        const char *argument = d.qemu.arguments[i];

        if (strncmp(argument, "socket,", strlen("socket,")) != 0) {
            print = fingerprint_bytes(print, argument, strlen(argument));
        }
    }
    dom0_free(&d);
    return print;
}

static char *mix_files(uint64_t *print, const struct options *o)
{
    static const char *const files[] = {"xen/hypervisor", "dom0/vmlinux", "dom0/initrd.gz"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = format_string("%s/%s", o->build, files[i]);
        int error = fingerprint_file(print, path);
        char *problem = error == 0 ? NULL
                                   : format_string("%s: %s; type make setup, or give --build", path,
                                                   strerror(-error));

        free(path);
        if (problem != NULL) {
            return problem;
        }
    }
    return NULL;
}

static char *cache_folder(void)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (cache != NULL && cache[0] == '/') {
        return format_string("%s/stardust", cache);
    }
    return home != NULL && home[0] != '\0' ? format_string("%s/.cache/stardust", home) : NULL;
}

/* Where the machine for these options is, or is to be, in `*folder`. Returns NULL or what is wrong.
 */
static char *find_folder(char **folder, const struct options *o, struct events *e)
{
    char *cache = cache_folder();
    uint64_t print = FINGERPRINT_EMPTY;
    char *problem = mix_files(&print, o);

    if (problem == NULL && cache == NULL) {
        problem =
            copy_string("no place for the warm machine: neither XDG_CACHE_HOME nor HOME is set");
    }
    if (problem == NULL && directory_make(cache) != 0) {
        problem = format_string(
            "cannot make the cache %s; set XDG_CACHE_HOME to a folder that is yours", cache);
    }
    if (problem == NULL) {
        print = mix_arguments(mix_qemu(print), o, e);
        *folder = format_string("%s/warm-%016" PRIx64, cache, print);
    }
    free(cache);
    return problem;
}

static int open_part(const char *folder, const char *name, int flags, off_t *size)
{
    char *path = format_string("%s/%s", folder, name);
    int descriptor = open(path, flags | O_CLOEXEC);
    struct stat status = {0};

    if (descriptor >= 0) {
        fstat(descriptor, &status);
    }
    *size = status.st_size;
    free(path);
    return descriptor;
}

/* Open what is in the folder. Returns false when it is not there, or not whole. */
static bool open_parts(struct warm *w)
{
    off_t memory_size;
    off_t state_size;

    w->memory = open_part(w->folder, "memory", O_RDWR, &memory_size);
    w->state = open_part(w->folder, "state", O_RDONLY, &state_size);
    if (w->memory < 0 || w->state < 0 || memory_size != (off_t)DOM0_MEMORY << 20 ||
        state_size == 0) {
        close(w->memory);
        close(w->state);
        w->memory = w->state = -1;
        return false;
    }
    /* The folder's time tells which machines were used last. */
    utimensat(AT_FDCWD, w->folder, NULL, 0);
    return true;
}

/* Take the lock of all making; Ctrl-C ends us meanwhile, for there is nothing yet to clean up. */
static int lock_cache(const char *folder)
{
    char *path = format_string("%.*s/warm.lock", (int)(strrchr(folder, '/') - folder), folder);
    sigset_t signals, before;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &signals, &before);

    int lock = file_lock(path, "the warm machine");

    sigprocmask(SIG_SETMASK, &before, NULL);
    free(path);
    return lock;
}

static char *make(struct warm *w, const struct options *o, struct events *e, int *status)
{
    int lock = lock_cache(w->folder);
    char *problem = NULL;

    if (lock < 0) {
        return format_string("cannot lock the cache: %s", strerror(-lock));
    }
    /* Whoever held the lock before us may have made it. */
    if (!open_parts(w)) {
        path_remove(w->folder);
        problem = warm_make(w->folder, o, e, status);
        if (problem == NULL && !open_parts(w)) {
            problem = format_string("%s was made, but is not whole: is the disk full?", w->folder);
        }
    }
    close(lock);
    return problem;
}

char *warm_open(struct warm *w, const struct options *o, struct events *e, int *status)
{
    char *problem;

    *w = (struct warm){.memory = -1, .state = -1};
    *status = STATUS_USAGE;
    problem = find_folder(&w->folder, o, e);
    *status = problem == NULL ? STATUS_RIG : *status;
    if (problem == NULL && !open_parts(w)) {
        problem = make(w, o, e, status);
    }
    return problem;
}

void warm_discard(struct warm *w)
{
    path_remove(w->folder);
}

void warm_close(struct warm *w)
{
    if (w->memory >= 0) {
        close(w->memory);
        close(w->state);
    }
    free(w->folder);
    *w = (struct warm){.memory = -1, .state = -1};
}
