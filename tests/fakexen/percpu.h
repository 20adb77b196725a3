/*
 * Per-CPU data for kernel files under test: they find it by %gs, which no program of the C library uses.
 */
#pragma once

/** Point %gs at fresh data of vCPU 0, registered with Xen, whose upcalls are not masked. */
void percpu_start(void);
