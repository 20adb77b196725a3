/* vcpu_op: whether a vCPU runs. All that the domain has do. */
#include "operations.h"

#include <xen/vcpu.h>

#include <xen/errno.h>

long fakexen_vcpu_op(const uint64_t arguments[5])
{
    if ((uint32_t)arguments[1] >= fakexen.options.vcpus) {
        return -XEN_ENOENT;
    }
    switch ((int)arguments[0]) {
    case VCPUOP_is_up:
        return 1;
    default:
        return -XEN_ENOSYS;
    }
}
