/*
 * Taking vCPUs out while the kernel runs, and putting them back: for "xl vcpu-set", and for suspending, which leaves the
 * first one alone.
 *
 * What a vCPU has moves to others before it goes down: its threads, its timers, the ports of devices, the memory that it
 * keeps for itself. Its own ports stay. A thread that asked for vCPUs none of which is online runs on any, until one of
 * them comes back.
 * Document: VCPUOP_down, VCPUOP_initialise and VCPUOP_up in the public header xen/vcpu.h.
 */
#pragma once

#include <stardust/types.h>

/**
 * Let the vCPU `number` go down. When this returns it is down for Xen too.
 *
 * Context: thread, no spinlock held. Returns 0, also when it is down; -XEN_EINVAL for the first vCPU, which stays, and for
 * those that there are not; -XEN_ENOMEM.
 */
int vcpu_unplug(unsigned number);

/**
 * Let it come back: behind the hypercall by which it went down, or, if Xen has forgotten it in a saved and restored domain,
 * anew. When this returns it runs threads. Context and results as above.
 */
int vcpu_plug(unsigned number);
