/*
 * Hypercalls: how this guest asks Xen for something.
 *
 * A hypercall is a system call into the hypervisor. hypercall() is the one place where that happens; the functions below
 * it give each call that the kernel uses a name and types. Document: the public header xen/xen.h, and "Hypercall ABI" in
 * Xen's guest guide.
 */
#pragma once

#include <stardust/types.h>

#include <xen/callback.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <xen/xen.h>

/**
 * Make the hypercall `number` (__HYPERVISOR_*) with up to five arguments; those not used may have any value.
 *
 * Context: any. Xen reads and writes memory that arguments point to.
 * Returns what Xen returns: for most calls 0 or a positive answer, or a negative XEN_E* number of xen/errno.h.
 */
long hypercall(unsigned long number, unsigned long argument1, unsigned long argument2,
               unsigned long argument3, unsigned long argument4, unsigned long argument5);

/** Tell Xen which function handles which exception: `table` ends with an entry whose address is 0. */
static inline long hypercall_set_trap_table(const struct trap_info *table)
{
    return hypercall(__HYPERVISOR_set_trap_table, (unsigned long)table, 0, 0, 0, 0);
}

/** Register one callback of CALLBACKTYPE_*. Returns 0, or -XEN_ENOSYS for a type this Xen does not know. */
static inline long hypercall_callback_register(const struct callback_register *callback)
{
    return hypercall(__HYPERVISOR_callback_op, CALLBACKOP_register, (unsigned long)callback, 0, 0,
                     0);
}

/**
 * Write page-table entries: each request names an entry by its machine address and the new value.
 *
 * Returns 0 when all `count` requests were done; `*done` says how many were.
 */
static inline long hypercall_mmu_update(const struct mmu_update *requests, unsigned count,
                                        unsigned *done)
{
    return hypercall(__HYPERVISOR_mmu_update, (unsigned long)requests, count, (unsigned long)done,
                     DOMID_SELF, 0);
}

/** Make `count` hypercalls in one. Returns 0; what each of them returned is in its `result`, which must be looked at. */
static inline long hypercall_multicall(struct multicall_entry *calls, unsigned count)
{
    return hypercall(__HYPERVISOR_multicall, (unsigned long)calls, count, 0, 0, 0);
}

/** Do the `count` operations MMUEXT_*: flush translations, pin page tables. `*done` says how many were done. */
static inline long hypercall_mmuext_op(const struct mmuext_op *operations, unsigned count,
                                       unsigned *done)
{
    return hypercall(__HYPERVISOR_mmuext_op, (unsigned long)operations, count, (unsigned long)done,
                     DOMID_SELF, 0);
}

/** Set the last-level page-table entry of the address `va` of the page table in use, and flush as UVMF_* says. */
static inline long hypercall_update_va_mapping(unsigned long va, uint64_t entry,
                                               unsigned long flags)
{
    return hypercall(__HYPERVISOR_update_va_mapping, va, entry, flags, 0, 0);
}

/** Ask for one of XENVER_*. Returns its answer: a number, or 0 with `argument` filled in. */
static inline long hypercall_xen_version(unsigned command, void *argument)
{
    return hypercall(__HYPERVISOR_xen_version, command, (unsigned long)argument, 0, 0, 0);
}

/** Write `length` bytes to Xen's own console. Returns 0; -XEN_EPERM when this domain may not. */
static inline long hypercall_console_write(const char *bytes, size_t length)
{
    return hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, length, (unsigned long)bytes, 0, 0);
}

/** Do one of SCHEDOP_*: yield, block, poll, shutdown. */
static inline long hypercall_sched_op(unsigned command, void *argument)
{
    return hypercall(__HYPERVISOR_sched_op, command, (unsigned long)argument, 0, 0, 0);
}

/** Do one of EVTCHNOP_*. */
static inline long hypercall_event_channel_op(unsigned command, void *argument)
{
    return hypercall(__HYPERVISOR_event_channel_op, command, (unsigned long)argument, 0, 0, 0);
}

/**
 * Do the `count` operations GNTTABOP_* that `operations` points to, all of them `command`.
 *
 * Returns 0 when all were tried: how each of them went is in its `status` (GNTST_*), which must be looked at.
 */
static inline long hypercall_grant_table_op(unsigned command, void *operations, unsigned count)
{
    return hypercall(__HYPERVISOR_grant_table_op, command, (unsigned long)operations, count, 0, 0);
}

/** Do one of VCPUOP_* to the vCPU `vcpu`. */
static inline long hypercall_vcpu_op(unsigned command, unsigned vcpu, void *argument)
{
    return hypercall(__HYPERVISOR_vcpu_op, command, vcpu, (unsigned long)argument, 0, 0);
}

/** Set the base address of the segment register that SEGBASE_* names. */
static inline long hypercall_set_segment_base(unsigned which, unsigned long base)
{
    return hypercall(__HYPERVISOR_set_segment_base, which, base, 0, 0, 0);
}
