/*
 * Looking at a kernel that runs: what each vCPU and each thread does, and which events came.
 */
#pragma once

/** Print it. Context: any. */
void inspect_print(void);

/** Print it whenever Xen sends VIRQ_DEBUG ("xl debug-keys q" in dom0, ctrl-a three times and q on Xen's console). Context: boot. */
void inspect_init(void);
