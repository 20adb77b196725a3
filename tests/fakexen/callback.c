/* set_trap_table, callback_op, set_segment_base: addresses that Xen keeps and will jump to, or put in a register. */
#include "operations.h"

#include "guest.h"
#include "percpu.h"
#include "vcpu.h"

#include <xen/callback.h>

#include <xen/errno.h>

long fakexen_set_trap_table(const uint64_t arguments[5])
{
    uint64_t pointer = arguments[0];

    if (pointer == 0) {
        return 0;
    }
    for (unsigned i = 0; i < 256; i++, pointer += sizeof(struct trap_info)) {
        struct trap_info entry;

        if (guest_read(&entry, pointer, sizeof entry) != 0) {
            return -XEN_EFAULT;
        }
        if (entry.address == 0) {
            return 0;
        }
        if (!guest_canonical(entry.address)) {
            return -XEN_EINVAL;
        }
    }
    return 0;
}

static bool callback_known(unsigned type)
{
    return type == CALLBACKTYPE_event || type == CALLBACKTYPE_failsafe ||
           type == CALLBACKTYPE_syscall || type == CALLBACKTYPE_nmi;
}

static long callback_register(uint64_t pointer)
{
    struct callback_register callback;

    if (guest_read(&callback, pointer, sizeof callback) != 0) {
        return -XEN_EFAULT;
    }
    if (!guest_canonical(callback.address)) {
        return -XEN_EINVAL;
    }
    if (!callback_known(callback.type)) {
        return -XEN_ENOSYS;
    }
    vcpu_now()->callbacks[callback.type] = callback.address;
    return 0;
}

long fakexen_callback_op(const uint64_t arguments[5])
{
    return (int)arguments[0] == CALLBACKOP_register ? callback_register(arguments[1]) : -XEN_ENOSYS;
}

long fakexen_set_segment_base(const uint64_t arguments[5])
{
    if ((uint32_t)arguments[0] > SEGBASE_GS_USER_SEL) {
        return -XEN_EINVAL;
    }
    if (arguments[0] != SEGBASE_GS_USER_SEL && !guest_canonical(arguments[1])) {
        return -XEN_EINVAL;
    }
    if (arguments[0] == SEGBASE_GS_KERNEL) {
        vcpu_now()->cpu = (struct cpu *)arguments[1];
        percpu_use(vcpu_now()->cpu);
    }
    return 0;
}
