/*
 * Upcalls: how Xen lets the code under test go on somewhere else than where it was.
 *
 * Registers are as signal.h has them (REG_RIP ...).
 */
#pragma once

#include <stdbool.h>
#include <sys/ucontext.h>

/**
 * If an upcall or a non-maskable interrupt is due on the vCPU that runs, enter its callback: `registers` are changed as Xen
 * would. Returns whether it did.
 */
bool deliver_if_due(greg_t *registers);

/** The iret hypercall: take what is on the stack. */
void deliver_return(greg_t *registers);
