/* multicall: many hypercalls in one. */
#include "operations.h"

#include "guest.h"

#include <xen/errno.h>

long fakexen_multicall(const uint64_t arguments[5])
{
    uint32_t count = (uint32_t)arguments[1];

    for (uint32_t i = 0; i < count; i++) {
        struct multicall_entry call;
        uint64_t place = arguments[0] + i * sizeof call;
        uint64_t numbers[5] = {0};

        if (guest_read(&call, place, sizeof call) != 0) {
            return -XEN_EFAULT;
        }
        for (size_t j = 0; j < ARRAY_LENGTH(numbers); j++) {
            numbers[j] = call.args[j];
        }
        call.result = call.op == __HYPERVISOR_multicall
                          ? (xen_ulong_t)-XEN_EINVAL
                          : (xen_ulong_t)fakexen_operate(call.op, numbers);
        if (guest_write(place, &call, sizeof call) != 0) {
            return -XEN_EFAULT;
        }
    }
    return 0;
}
