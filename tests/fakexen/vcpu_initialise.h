/*
 * VCPUOP_initialise: a vCPU gets what it shall begin with.
 */
#pragma once

#include <stdint.h>

/** Take the struct vcpu_guest_context at the guest's address `pointer`. Returns 0 or an error, as Xen. */
long vcpu_initialise(unsigned vcpu, uint64_t pointer);
