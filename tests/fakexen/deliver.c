/* Upcalls: see deliver.h. */
#include "deliver.h"

#include <string.h>

#include "runner/test.h"
#include "vcpu.h"

#include <xen/callback.h>

#define FLAG_TRAP       0x100
#define FLAG_INTERRUPTS 0x200
#define FLAGS_CLEARED   (FLAG_TRAP | 0x4000 | 0x10000 | 0x20000 | 0x40000) /* NT RF VM AC */
#define PRIVILEGE       ((uint64_t)3)

/* The selectors of this process: those of the guest would not do here. They fit each other as FLAT_KERNEL_CS and _SS do. */
#define CODE_SELECTOR  ((uint64_t)0x33)
#define STACK_SELECTOR ((uint64_t)0x2b)

struct frame {
    uint64_t rcx, r11, rip, cs, flags, rsp, ss;
};

/* For the guest, its own code has privilege level 0, and the flag that permits interrupts is what its mask says. */
static void push_frame(greg_t *registers, uint64_t masked)
{
    struct frame *frame =
        (struct frame *)(((uint64_t)registers[REG_RSP] & ~(uint64_t)15) - sizeof *frame);

    *frame = (struct frame){
        .rcx = (uint64_t)registers[REG_RCX],
        .r11 = (uint64_t)registers[REG_R11],
        .rip = (uint64_t)registers[REG_RIP],
        .cs = (CODE_SELECTOR & ~PRIVILEGE) | masked << 32,
        .flags = ((uint64_t)registers[REG_EFL] & ~(uint64_t)FLAG_INTERRUPTS) |
                 (masked ? 0 : FLAG_INTERRUPTS),
        .rsp = (uint64_t)registers[REG_RSP],
        .ss = STACK_SELECTOR,
    };
    registers[REG_RSP] = (greg_t)frame;
}

static void enter(greg_t *registers, unsigned callback)
{
    struct vcpu_info *info = vcpu_now()->info;

    push_frame(registers, info->evtchn_upcall_mask != 0);
    info->evtchn_upcall_mask = 1;
    registers[REG_RIP] = (greg_t)vcpu_now()->callbacks[callback];
    registers[REG_EFL] &= ~FLAGS_CLEARED;
    vcpu_now()->upcalls++;
}

bool deliver_if_due(greg_t *registers)
{
    struct fakexen_vcpu *v = vcpu_now();

    if (v->nmi_pending && v->callbacks[CALLBACKTYPE_nmi] != 0) {
        v->nmi_pending = false;
        enter(registers, CALLBACKTYPE_nmi);
        return true;
    }
    if (v->info->evtchn_upcall_pending == 0 || v->info->evtchn_upcall_mask != 0 ||
        v->callbacks[CALLBACKTYPE_event] == 0) {
        return false;
    }
    enter(registers, CALLBACKTYPE_event);
    return true;
}

static void check_kernel(const struct iret_context *frame, const greg_t *registers)
{
    CHECK((frame->cs & PRIVILEGE) != PRIVILEGE,
          .rule = "the iret hypercall with a code selector of privilege level 3 goes to user mode, "
                  "which this kernel does not have: Xen ends the domain",
          .did = text("iret hypercall with cs 0x%lx in the frame", (unsigned long)frame->cs),
          .expected = "the selector that Xen pushed, whose lower two bits are 0",
          .where = (const void *)registers[REG_RIP]);
}

void deliver_return(greg_t *registers)
{
    struct iret_context frame;

    memcpy(&frame, (const void *)registers[REG_RSP], sizeof frame);
    check_kernel(&frame, registers);
    if ((frame.flags & VGCF_in_syscall) == 0) {
        registers[REG_R11] = (greg_t)frame.r11;
        registers[REG_RCX] = (greg_t)frame.rcx;
    }
    vcpu_now()->info->evtchn_upcall_mask = (frame.rflags & FLAG_INTERRUPTS) == 0;
    registers[REG_RAX] = (greg_t)frame.rax;
    registers[REG_RIP] = (greg_t)frame.rip;
    registers[REG_RSP] = (greg_t)frame.rsp;
    registers[REG_EFL] = (greg_t)(frame.rflags | FLAG_INTERRUPTS);
}
