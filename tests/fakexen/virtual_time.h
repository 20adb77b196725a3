/*
 * Virtual time: it stands still while a vCPU runs, unless the explorer lets each step take some, and goes on to the next
 * deadline when all of them wait.
 */
#pragma once

#include "fakexen.h"

/** VCPUOP_set_singleshot_timer, VCPUOP_stop_singleshot_timer; set_timer_op. Return what Xen does. */
long time_set_singleshot(unsigned vcpu, uint64_t pointer);
long time_stop_singleshot(unsigned vcpu);

/** Let it be the next time at which something is to happen, and let that happen. Returns false when nothing ever will. */
bool time_next(void);
