/* The kernel's error numbers as newlib's: see error.h. */
#include "error.h"

#include <errno.h>
#include <stddef.h>

/* Xen's second name for EDEADLK, which newlib has in another form of its header only. */
#ifndef EDEADLOCK
#define EDEADLOCK EDEADLK
#endif

/* Xen's header names each number by XEN_ERRNO(name, value) in a place of our choice, so that none can be forgotten. */
static const struct error_pair {
    int xen;
    int newlib;
} error_pairs[] = {
#define XEN_ERRNO(name, value) {value, name},
#include <xen/errno.h>
};

int errno_from_xen(int error)
{
    if (error == 0) {
        return 0;
    }
    /* The first pair with the number counts: those behind it are Xen's second names for the same number. */
    for (size_t i = 0; i < sizeof(error_pairs) / sizeof(error_pairs[0]); i++) {
        if (error_pairs[i].xen == -error) {
            return error_pairs[i].newlib;
        }
    }
    return EIO;
}

int fail_with_xen(int error)
{
    errno = errno_from_xen(error);
    return -1;
}
