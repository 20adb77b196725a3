/*
 * Spreading threads over the vCPUs: see balance.c.
 */
#pragma once

/** Let threads run on every vCPU that is online. Context: boot, after preempt_init. */
void balance_init(void);
