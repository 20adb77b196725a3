/*
 * The hypercalls that the model knows, one function each. They change the state in `fakexen`, and return what Xen does.
 */
#pragma once

#include "fakexen.h"

typedef long fakexen_operation(const uint64_t arguments[5]);

fakexen_operation fakexen_xen_version;
fakexen_operation fakexen_console_io;
fakexen_operation fakexen_event_channel_op;
fakexen_operation fakexen_sched_op;
fakexen_operation fakexen_vcpu_op;
fakexen_operation fakexen_set_timer_op;
fakexen_operation fakexen_set_trap_table;
fakexen_operation fakexen_callback_op;
fakexen_operation fakexen_set_segment_base;
fakexen_operation fakexen_update_va_mapping;
fakexen_operation fakexen_mmu_update;
fakexen_operation fakexen_mmuext_op;
fakexen_operation fakexen_multicall;
fakexen_operation fakexen_grant_table_op;

/** Do the hypercall `number`. Returns what Xen would put in rax. */
long fakexen_operate(uint64_t number, const uint64_t arguments[5]);
