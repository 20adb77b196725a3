/*
 * Reading and writing the guest's memory on its behalf. What the guest may not reach is refused, as Xen does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Copy from the guest's address `from`. Returns 0 or -XEN_EFAULT. */
long guest_read(void *to, uint64_t from, size_t length);

/** Copy to the guest's address `to`. Returns 0 or -XEN_EFAULT. */
long guest_write(uint64_t to, const void *from, size_t length);

/** Whether the processor could use `address` at all: bits 63 to 47 are the same. */
bool guest_canonical(uint64_t address);

/**
 * For the handler of SIGSEGV: when the fault came while guest_read or guest_write copied, end that copy with
 * -XEN_EFAULT and do not return; else return.
 */
void guest_copy_faulted(void);
