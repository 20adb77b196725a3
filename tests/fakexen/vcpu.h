/*
 * What the model does with vCPUs: letting them sleep and wake, and which one is running.
 */
#pragma once

#include "fakexen.h"

/** The one that runs. */
static inline struct fakexen_vcpu *vcpu_now(void)
{
    return &fakexen.vcpus[fakexen.vcpu];
}

/** Make all vCPUs, as the options say. The domain has its shared_info page. */
void vcpu_start_all(void);

/** Let `vcpu` run again, if it sleeps in Xen. */
void vcpu_unblock(unsigned vcpu);

/** Whether `vcpu` could execute an instruction now. */
bool vcpu_runs(unsigned vcpu);

/** Tell it that some of its events are pending, as Xen does: only the first time wakes it. */
void vcpu_mark_pending(unsigned vcpu);
