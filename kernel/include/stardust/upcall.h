/*
 * Upcalls: how Xen interrupts a vCPU for events. See event.h for what comes of them.
 */
#pragma once

/** Where Xen enters, in upcall.S. Registered as the callback of every vCPU. */
void upcall_entry(void);

/** Handle what is pending; then, if that is due, another thread runs first. Context: upcall.S. */
void upcall_handle(void);
