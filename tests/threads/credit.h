/*
 * Xen's own time slices.
 */
#pragma once

/**
 * Have Xen's credit scheduler give the processor to another vCPU after `milliseconds` (30 if nobody asks for anything else).
 * Context: thread. Returns 0; -XEN_EPERM when we are not the first domain. Document: the public header xen/sysctl.h.
 */
long credit_set_slice(unsigned milliseconds);
