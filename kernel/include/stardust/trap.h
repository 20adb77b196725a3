/*
 * Exceptions and the other ways in which Xen enters the kernel.
 *
 * A PV guest has no descriptor table of its own: it gives Xen a table of addresses, and Xen calls them with interrupts
 * (event upcalls) off, on the stack in use. Document: struct trap_info in the public header xen/arch-x86/xen.h,
 * xen/callback.h.
 */
#pragma once

#include <stardust/registers.h>

/** Register a handler for every exception, NMI, events and failsafe. Panics when Xen refuses. Context: boot. */
void trap_init(void);

/**
 * A page fault that somebody can mend, by putting a page where it is missing. Context: the code that faulted, upcalls masked.
 * Returns whether it was mended: then the code goes on; if not, there is a report.
 */
typedef bool page_fault_handler(uintptr_t address, uint64_t error);

/** Let `handler` see each page fault first. Context: boot. */
void trap_set_page_fault_handler(page_fault_handler *handler);

/** Handles a non-maskable interrupt. Returns whether it did. Context: as a fault. */
typedef bool nmi_handler(const struct registers *registers);

/** Let `handler` see each non-maskable interrupt first. Context: boot. */
void trap_set_nmi_handler(nmi_handler *handler);

/** The entry points call this with what was interrupted. It returns when that may go on. */
void trap_handle(struct registers *registers);

/** The address of this vCPU's last page fault. Context: its handling, upcalls masked. */
uintptr_t trap_fault_address(void);

/** What an exception is called: "page fault"; "unknown exception" for a number without a name. */
const char *trap_name(uint64_t vector);

/* Exceptions that the kernel tells apart. Document: Intel SDM volume 3, chapter 6. */
enum {
    TRAP_INVALID_OPCODE = 6,
    TRAP_PAGE_FAULT = 14,
    TRAP_EVENT = 0x100, /* not exceptions, but Xen's callbacks: numbered from here on */
    TRAP_NMI = 0x101,
    TRAP_FAILSAFE = 0x102,
    TRAP_SYSCALL = 0x103,
};
