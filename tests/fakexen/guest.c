/* Reading and writing the guest's memory: see guest.h. */
#include "guest.h"

#include <setjmp.h>

#include <xen/xen.h>

#include <xen/errno.h>

static sigjmp_buf fault;
static volatile bool copying;

bool guest_canonical(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

/* Addresses that belong to Xen are refused before anything is tried: Xen could access them. */
static bool allowed(uint64_t address, size_t length)
{
    uint64_t last = address + (length > 0 ? length - 1 : 0);

    return last >= address && guest_canonical(address) && guest_canonical(last) &&
           (last < HYPERVISOR_VIRT_START || address >= HYPERVISOR_VIRT_END);
}

/* Not for the sanitizer: what the guest hands over is judged by whether it is mapped, as Xen does. */
__attribute__((no_sanitize("address", "undefined"))) static long
copy(volatile char *to, const volatile char *from, size_t length)
{
    if (sigsetjmp(fault, 1) != 0) {
        copying = false;
        return -XEN_EFAULT;
    }
    copying = true;
    for (size_t i = 0; i < length; i++) {
        to[i] = from[i];
    }
    copying = false;
    return 0;
}

long guest_read(void *to, uint64_t from, size_t length)
{
    return allowed(from, length) ? copy(to, (const char *)from, length) : -XEN_EFAULT;
}

long guest_write(uint64_t to, const void *from, size_t length)
{
    return allowed(to, length) ? copy((char *)to, from, length) : -XEN_EFAULT;
}

void guest_copy_faulted(void)
{
    if (copying) {
        siglongjmp(fault, 1);
    }
}
