/* console_io: Xen's own console, for the first domain. */
#include "operations.h"

#include "guest.h"

#include <xen/errno.h>

static long write_console(uint64_t length, uint64_t pointer)
{
    for (uint64_t i = 0; i < length; i++) {
        char byte;

        if (guest_read(&byte, pointer + i, 1) != 0) {
            return -XEN_EFAULT;
        }
        if (fakexen.console_length < sizeof fakexen.console) {
            fakexen.console[fakexen.console_length++] = byte;
        }
    }
    return 0;
}

long fakexen_console_io(const uint64_t arguments[5])
{
    if (!fakexen.options.first_domain) {
        return -XEN_EPERM;
    }
    switch ((int)arguments[0]) {
    case CONSOLEIO_write:
        return write_console((uint32_t)arguments[1], arguments[2]);
    case CONSOLEIO_read:
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}
