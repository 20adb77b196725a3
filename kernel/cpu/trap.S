/*
 * Where Xen enters the kernel: one entry for each exception and callback, all leading to trap_handle.
 *
 * What Xen leaves on the stack, from its top: %rcx, %r11, for some exceptions an error code, then %rip, %cs, %rflags, %rsp
 * and %ss as the processor would. Document: "pv-traps" in Xen's guest guide.
 */
#include <stardust/layout.h>

#define __ASSEMBLY__
#include <xen/xen.h>

/* Make the stack begin with the vector and the error code (0 where there is none), below them %rip and so on. */
.macro trap_entry name, vector, has_error=0
    .globl trap_\name
    .type trap_\name, @function
trap_\name:
    popq %rcx
    popq %r11
    .if \has_error == 0
    pushq $0
    .endif
    pushq $\vector
    jmp trap_common
    .size trap_\name, . - trap_\name
.endm

    .text
    trap_entry divide_error, 0
    trap_entry debug, 1
    trap_entry breakpoint, 3
    trap_entry overflow, 4
    trap_entry bound_range, 5
    trap_entry invalid_opcode, 6
    trap_entry device_not_available, 7
    trap_entry double_fault, 8, 1
    trap_entry invalid_tss, 10, 1
    trap_entry segment_not_present, 11, 1
    trap_entry stack_segment, 12, 1
    trap_entry general_protection, 13, 1
    trap_entry page_fault, 14, 1
    trap_entry x87, 16
    trap_entry alignment_check, 17, 1
    trap_entry machine_check, 18
    trap_entry simd, 19
    trap_entry control_protection, 21, 1
    trap_entry event, 0x100
    trap_entry nmi, 0x101
    trap_entry syscall, 0x103

/* Xen could not reload a segment register on its way to us: below %r11 lie the four selectors as it wanted them. */
    .globl trap_failsafe
    .type trap_failsafe, @function
trap_failsafe:
    popq %rcx
    popq %r11
    addq $4 * 8, %rsp
    pushq $0
    pushq $0x102
    jmp trap_common
    .size trap_failsafe, . - trap_failsafe

/* Save what struct registers names, call trap_handle, and go back the way Xen offers: the iret hypercall. */
    .type trap_common, @function
trap_common:
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
    movq %rsp, %rdi
    movq %rsp, %rbx
    andq $-16, %rsp
    call trap_handle
    movq %rbx, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $2 * 8, %rsp           /* vector and error code */
    /* struct iret_context: it brings back %rax, %r11, %rcx and, with the flags, whether upcalls are masked. */
    pushq $0
    pushq %rcx
    pushq %r11
    pushq %rax
    movl $__HYPERVISOR_iret, %eax
    syscall
    ud2
    .size trap_common, . - trap_common

    .section .note.GNU-stack, "", @progbits
