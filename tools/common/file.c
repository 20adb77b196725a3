/* Whole files and folders: see file.h. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

int file_read(const char *path, size_t limit, struct text *t)
{
    char block[65536];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    size_t start = t->length;
    ssize_t length = 0;

    if (descriptor < 0) {
        return -errno;
    }
    text_append(t, "", 0);
    while (t->length - start <= limit && (length = read(descriptor, block, sizeof block)) > 0) {
        text_append(t, block, (size_t)length);
    }

    int error = length < 0 ? -errno : t->length - start > limit ? -EFBIG : 0;

    close(descriptor);
    return error;
}

static int write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return -errno;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

int file_write(const char *path, const void *bytes, size_t length)
{
    char *temporary = format_string("%s.%ld.part", path, (long)getpid());
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = descriptor < 0 ? -errno : write_all(descriptor, bytes, length);

    if (descriptor >= 0 && close(descriptor) != 0 && error == 0) {
        error = -errno;
    }
    if (error == 0 && rename(temporary, path) != 0) {
        error = -errno;
    }
    if (error != 0) {
        unlink(temporary);
    }
    free(temporary);
    return error;
}

int directory_make(const char *path)
{
    char *copy = copy_string(path);
    int error = 0;

    for (char *slash = copy + 1; error == 0 && *slash != '\0'; slash++) {
        if (*slash == '/') {
            *slash = '\0';
            error = mkdir(copy, 0777) != 0 && errno != EEXIST ? -errno : 0;
            *slash = '/';
        }
    }
    if (error == 0 && mkdir(copy, 0777) != 0 && errno != EEXIST) {
        error = -errno;
    }
    free(copy);
    return error;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

int path_remove(const char *path)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) {
        return -errno;
    }
    return 0;
}

int file_lock(const char *path, const char *what)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    if (descriptor < 0) {
        return -errno;
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        message("waiting for %s, in use by another process", what);
        while (flock(descriptor, LOCK_EX) != 0) {
            if (errno != EINTR) {
                int error = -errno;

                close(descriptor);
                return error;
            }
        }
    }
    return descriptor;
}
