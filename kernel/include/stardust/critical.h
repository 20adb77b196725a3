/*
 * Critical sections: a stretch of code that no upcall on this vCPU interrupts.
 *
 * Xen delivers events by an upcall, which may come between any two instructions while this vCPU's mask is clear. What
 * both a thread and an upcall handler touch, and what belongs to one vCPU, is used with the mask set. Other vCPUs are
 * not kept out: what they share needs a lock besides (spinlock.h). Document: struct vcpu_info in the public header
 * xen/xen.h.
 *
 * The mask is in the vCPU's own data, and each access to it one instruction by way of %gs: a thread that moves to another
 * vCPU between two of them cannot set or clear the mask of the one it left.
 */
#pragma once

#include <stardust/cpu.h>

/** What critical_leave puts back: the mask as it was, 0 when upcalls came. */
typedef uint8_t critical_t;

#define CRITICAL_MASK (offsetof(struct cpu, info) + offsetof(struct vcpu_info, evtchn_upcall_mask))
#define CRITICAL_PENDING                                                                           \
    (offsetof(struct cpu, info) + offsetof(struct vcpu_info, evtchn_upcall_pending))

/** Whether upcalls are kept away. Context: any. */
static inline bool critical_masked(void)
{
    bool masked;

    __asm__ volatile("cmpb $0, %%gs:%c1" : "=@ccne"(masked) : "i"(CRITICAL_MASK) : "memory");
    return masked;
}

/**
 * Keep upcalls away from this vCPU. Sections nest. Returns what critical_leave wants. Context: any.
 *
 * Who moves between the two instructions was not in a section, neither there nor here: 0 is right all the same.
 */
static inline critical_t critical_enter(void)
{
    critical_t before;

    __asm__ volatile("movb %%gs:%c1, %0" : "=q"(before) : "i"(CRITICAL_MASK) : "memory");
    __asm__ volatile("movb $1, %%gs:%c0" : : "i"(CRITICAL_MASK) : "memory");
    return before;
}

/** Begin a section where there is none, which critical_end ends. Context: upcalls not masked. */
static inline void critical_begin(void)
{
    __asm__ volatile("movb $1, %%gs:%c0" : : "i"(CRITICAL_MASK) : "memory");
}

/**
 * Let upcalls that were held back come now: any hypercall does. It keeps all registers, so that the sections
 * themselves, which hardly ever call it, need not keep any.
 */
void critical_deliver(void) __attribute__((no_caller_saved_registers));

/** End the outermost section. Upcalls held back meanwhile come now. Context: upcalls masked. */
static inline void critical_end(void)
{
    bool pending;

    /* The mask first, then the look: an event in between comes by itself, one from before only when we enter Xen. */
    __asm__ volatile("movb $0, %%gs:%c1\n\tcmpb $0, %%gs:%c2"
                     : "=@ccne"(pending)
                     : "i"(CRITICAL_MASK), "i"(CRITICAL_PENDING)
                     : "memory");
    if (__builtin_expect(pending, 0)) {
        critical_deliver();
    }
}

/** End the section that critical_enter returned `before` for. */
static inline void critical_leave(critical_t before)
{
    if (before == 0) {
        critical_end();
    }
}
