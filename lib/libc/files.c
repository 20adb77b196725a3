/*
 * The system calls about files that newlib makes. There are three descriptors, all of them the console: what is typed
 * comes from 0, a line at a time (stardust/console_input.h). There are no other files yet.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stardust/console.h>

static int fail_with(int error)
{
    errno = error;
    return -1;
}

static bool is_console(int descriptor)
{
    return descriptor >= STDIN_FILENO && descriptor <= STDERR_FILENO;
}

_READ_WRITE_RETURN_TYPE write(int descriptor, const void *bytes, size_t length)
{
    if (descriptor != STDOUT_FILENO && descriptor != STDERR_FILENO) {
        return fail_with(EBADF);
    }
    console_write(bytes, length);
    return (_READ_WRITE_RETURN_TYPE)length;
}

_READ_WRITE_RETURN_TYPE read(int descriptor, void *buffer, size_t size)
{
    if (descriptor != STDIN_FILENO) {
        return fail_with(EBADF);
    }
    return size > 0 ? (_READ_WRITE_RETURN_TYPE)console_read(buffer, size, NSEC_FOREVER) : 0;
}

int fstat(int descriptor, struct stat *status)
{
    if (!is_console(descriptor)) {
        return fail_with(EBADF);
    }
    *status = (struct stat){.st_mode = S_IFCHR | S_IRUSR | S_IWUSR};
    return 0;
}

int isatty(int descriptor)
{
    if (!is_console(descriptor)) {
        errno = EBADF;
        return 0;
    }
    return 1;
}

off_t lseek(int descriptor, off_t offset, int whence)
{
    (void)offset;
    (void)whence;
    return fail_with(is_console(descriptor) ? ESPIPE : EBADF);
}

int close(int descriptor)
{
    return is_console(descriptor) ? 0 : fail_with(EBADF);
}

int fcntl(int descriptor, int command, ...)
{
    (void)command;
    return fail_with(is_console(descriptor) ? EINVAL : EBADF);
}

int open(const char *path, int flags, ...)
{
    (void)path;
    (void)flags;
    return fail_with(ENOENT);
}

int stat(const char *restrict path, struct stat *restrict status)
{
    (void)path;
    (void)status;
    return fail_with(ENOENT);
}

int link(const char *old_path, const char *new_path)
{
    (void)old_path;
    (void)new_path;
    return fail_with(ENOENT);
}

int unlink(const char *path)
{
    (void)path;
    return fail_with(ENOENT);
}

int mkdir(const char *path, mode_t mode)
{
    (void)path;
    (void)mode;
    return fail_with(EROFS);
}
