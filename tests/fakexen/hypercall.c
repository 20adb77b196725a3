/* Which number is which hypercall, and the record of the last one. See fakexen.h. */
#include "operations.h"

#include <xen/errno.h>

/* Unknown numbers are holes in the table, as in Xen's. */
static fakexen_operation *const table[] = {
    [__HYPERVISOR_set_trap_table] = fakexen_set_trap_table,
    [__HYPERVISOR_mmu_update] = fakexen_mmu_update,
    [__HYPERVISOR_set_timer_op] = fakexen_set_timer_op,
    [__HYPERVISOR_multicall] = fakexen_multicall,
    [__HYPERVISOR_update_va_mapping] = fakexen_update_va_mapping,
    [__HYPERVISOR_xen_version] = fakexen_xen_version,
    [__HYPERVISOR_console_io] = fakexen_console_io,
    [__HYPERVISOR_grant_table_op] = fakexen_grant_table_op,
    [__HYPERVISOR_vcpu_op] = fakexen_vcpu_op,
    [__HYPERVISOR_set_segment_base] = fakexen_set_segment_base,
    [__HYPERVISOR_sched_op] = fakexen_sched_op,
    [__HYPERVISOR_mmuext_op] = fakexen_mmuext_op,
    [__HYPERVISOR_callback_op] = fakexen_callback_op,
    [__HYPERVISOR_event_channel_op] = fakexen_event_channel_op,
};

long fakexen_operate(uint64_t number, const uint64_t arguments[5])
{
    if (number >= ARRAY_LENGTH(table) || table[number] == NULL) {
        return -XEN_ENOSYS;
    }
    return table[number](arguments);
}

long fakexen_hypercall(const struct fakexen_call *call)
{
    fakexen.last = *call;
    fakexen.calls++;
    return fakexen.answer != NULL ? fakexen.answer(call)
                                  : fakexen_operate(call->number, call->arguments);
}
