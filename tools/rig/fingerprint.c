/* Fingerprints of bytes and files: see fingerprint.h. */
#include "fingerprint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Eight bytes at a time (dom0's kernel has 66 million): multiply to spread bits upwards, rotate to
 * bring them down. */
static uint64_t mix(uint64_t print, uint64_t word)
{
    print = (print ^ word) * 0x9e3779b97f4a7c15u;
    return print << 29 | print >> 35;
}

uint64_t fingerprint_bytes(uint64_t print, const void *bytes, size_t length)
{
    const char *at = bytes;
    uint64_t word = 0;

    for (size_t left = length; left > 0;) {
        size_t part = left < sizeof word ? left : sizeof word;

        word = 0;
        memcpy(&word, at, part);
        print = mix(print, word);
        at += part;
        left -= part;
    }
    return mix(print, length);
}

int fingerprint_file(uint64_t *print, const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    void *bytes = MAP_FAILED;
    int error = 0;

    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_size > 0) {
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    if (bytes == MAP_FAILED) {
        error = descriptor >= 0 && status.st_size == 0 ? -EINVAL : -errno;
    } else {
        *print = fingerprint_bytes(*print, bytes, (size_t)status.st_size);
        munmap(bytes, (size_t)status.st_size);
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return error;
}
