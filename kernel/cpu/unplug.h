/*
 * Where unplug.c and unplug.S meet.
 */
#pragma once

/**
 * Have this vCPU go down by `down(number)`. It returns when the vCPU is up again: behind that call, or by way of vcpu_rise with
 * the stack pointer that is in `*stack` meanwhile. Context: upcalls masked.
 */
void vcpu_rest(void **stack, void (*down)(unsigned number), unsigned number);

/** Where a vCPU begins anew that was in vcpu_rest. */
void vcpu_rise(void);
