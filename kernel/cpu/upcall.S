/*
 * Where Xen enters the kernel to tell that events are pending, and the way back to what it interrupted.
 *
 * Xen has masked upcalls, and left on the stack, from its top: %rcx, %r11, %rip, %cs, %rflags, %rsp, %ss. The frame may lie a
 * few bytes below what the interrupted code had on its stack: Xen aligns it to 16.
 *
 * The way back has to unmask upcalls before the iretq, which cannot do it. Two things may happen in between. An event may
 * have come while upcalls were masked: then Xen will not tell, so we look, and begin again. And an upcall may interrupt us
 * there: it then finds our frame, which is still to be returned to, above its own; if it returned to us, a storm of events
 * could fill the stack with frames. So it forgets its own frame, and returns by ours. That is possible because between
 * upcall_critical and upcall_critical_end all registers hold what the interrupted code had in them.
 */
#include <stardust/cpu_layout.h>
#include <stardust/lab.h>

    .text
    .globl upcall_entry
    .type upcall_entry, @function
upcall_entry:
#ifdef SOLUTION_EVENTS
    popq %rcx
    popq %r11
    cmpq $upcall_critical, (%rsp)
    jb upcall_save
    cmpq $upcall_critical_end, (%rsp)
    jae upcall_save
    movq 24(%rsp), %rsp         /* the interrupted code's %rsp: where our frame lies */

    /* What a function that is called may change; %rbp first, so that a call chain leads through here. */
upcall_save:
    pushq %rbp
    movq %rsp, %rbp
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    subq $8, %rsp               /* a call wants the stack aligned to 16 */
    cld
    call upcall_handle
    addq $8, %rsp
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    popq %rbp
    orb $3, 8(%rsp)             /* %cs and %ss as the processor wants them: Xen shows us privilege level 0 */
    orb $3, 32(%rsp)

    movb $0, %gs:CPU_UPCALL_MASK
upcall_critical:
    cmpb $0, %gs:CPU_UPCALL_PENDING
    jne 1f
    iretq
1:  movb $1, %gs:CPU_UPCALL_MASK
upcall_critical_end:
    jmp upcall_save
#else
    LAB_TODO(events, "4.3", "save what a call may change, call upcall_handle, restore it, unmask, look again, iretq")
#endif
    .size upcall_entry, . - upcall_entry

    .section .note.GNU-stack, "", @progbits
