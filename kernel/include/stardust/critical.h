/*
 * Critical sections: a stretch of code that no upcall on this vCPU interrupts.
 *
 * Xen delivers events by an upcall, which may come between any two instructions while this vCPU's mask is clear. What
 * both a thread and an upcall handler touch, and what belongs to one vCPU, is used with the mask set. Other vCPUs are
 * not kept out: what they share needs a lock besides. Document: struct vcpu_info in the public header xen/xen.h.
 */
#pragma once

#include <stardust/barrier.h>
#include <stardust/cpu.h>
#include <stardust/types.h>

#include <xen/xen.h>

/** What critical_leave puts back: the mask as it was, 0 when upcalls came. */
typedef uint8_t critical_t;

/* One instruction with %gs, and not two by way of cpu_this: this is on every path of memory. */
static inline struct vcpu_info *critical_vcpu(void)
{
    struct vcpu_info *vcpu;

    __asm__("movq %%gs:%c1, %0" : "=r"(vcpu) : "i"(offsetof(struct cpu, vcpu)));
    return vcpu;
}

/**
 * Keep upcalls away from this vCPU. Sections nest. Returns what critical_leave wants.
 *
 * Context: any in which we cannot move to another vCPU before the mask is set.
 */
static inline critical_t critical_enter(void)
{
    struct vcpu_info *vcpu = critical_vcpu();
    critical_t before = vcpu->evtchn_upcall_mask;

    vcpu->evtchn_upcall_mask = 1;
    barrier_read();
    return before;
}

/**
 * Let upcalls that were held back come now: any hypercall does. It keeps all registers, so that the sections
 * themselves, which hardly ever call it, need not keep any.
 */
void critical_deliver(void) __attribute__((no_caller_saved_registers));

/** End the section that critical_enter returned `before` for. Upcalls held back meanwhile come now. */
static inline void critical_leave(critical_t before)
{
    struct vcpu_info *vcpu = critical_vcpu();

    barrier_write();
    vcpu->evtchn_upcall_mask = before;
    /* The mask first, then the look: an event in between comes by itself, one from before only when we enter Xen. */
    barrier_read();
    if (before == 0 && __builtin_expect(vcpu->evtchn_upcall_pending != 0, 0)) {
        critical_deliver();
    }
}
