/*
 * Errors cross from the kernel to the C library here, and only here: the kernel's functions return the negative numbers of
 * Xen's public header xen/errno.h, programs read newlib's numbers in errno, and the two differ (ENOSYS is 38 and 88).
 */
#pragma once

/**
 * The errno of newlib for `error`, a negative XEN_E* number as the kernel's functions return it. 0 for 0; EIO for a number
 * that Xen's header does not name.
 */
int errno_from_xen(int error);

/** Set errno for `error`, a negative XEN_E* number. Returns -1. */
int fail_with_xen(int error);
