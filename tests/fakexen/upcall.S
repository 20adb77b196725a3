/*
 * For tests: an upcall that is due comes when somebody enters Xen; and an entry of upcalls that calls a C function, for
 * tests of what is behind the kernel's own entry. In the section of code under test, whose system calls are hypercalls.
 */
#define __ASSEMBLY__
#include <xen/xen.h>

    .section kernel_text, "ax", @progbits

/* void fakexen_deliver(void): asking for Xen's version changes nothing. */
    .globl fakexen_deliver
    .type fakexen_deliver, @function
fakexen_deliver:
    movl $__HYPERVISOR_xen_version, %eax
    xorl %edi, %edi
    xorl %esi, %esi
    syscall
    ret
    .size fakexen_deliver, . - fakexen_deliver

/* void explore_here(void): with something in each register that a call may change, to see that an upcall keeps it. */
    .globl explore_here
    .type explore_here, @function
explore_here:
    movq $0x1111111, %rax
    movq $0x2222222, %rcx
    movq $0x3333333, %rdx
    movq $0x4444444, %rsi
    movq $0x5555555, %rdi
    movq $0x6666666, %r8
    movq $0x7777777, %r9
    movq $0x1234567, %r10
    movq $0x7654321, %r11
    call explore_point_shared
    ret
    .size explore_here, . - explore_here

/* Xen left %rcx, %r11 and the processor's frame on the stack; the iret hypercall wants %rax, %r11, %rcx, flags before it. */
    .globl fakexen_upcall_entry
    .type fakexen_upcall_entry, @function
fakexen_upcall_entry:
    popq %rcx
    popq %r11
    pushq $0
    pushq %rcx
    pushq %r11
    pushq %rax
    pushq %rbp
    movq %rsp, %rbp
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %r8
    pushq %r9
    pushq %r10
    cld
    andq $-16, %rsp
    subq $512, %rsp
    fxsave64 (%rsp)
    call *fakexen_upcall_function
    fxrstor64 (%rsp)
    leaq -48(%rbp), %rsp
    popq %r10
    popq %r9
    popq %r8
    popq %rdx
    popq %rsi
    popq %rdi
    popq %rbp
    movl $__HYPERVISOR_iret, %eax
    syscall
    ud2
    .size fakexen_upcall_entry, . - fakexen_upcall_entry

    .section .note.GNU-stack, "", @progbits
