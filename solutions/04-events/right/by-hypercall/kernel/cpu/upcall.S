/*
 * Where Xen enters the kernel to tell that events are pending, and the way back to what it interrupted: by the iret hypercall,
 * which unmasks upcalls and looks whether one is due in the same step. It takes what it needs from the stack.
 */

#define __ASSEMBLY__
#include <xen/xen.h>

    .text
    .globl upcall_entry
    .type upcall_entry, @function
upcall_entry:
    popq %rcx
    popq %r11
    pushq $0
    pushq %rcx
    pushq %r11
    pushq %rax
    pushq %rbp
    movq %rsp, %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %rdx
    pushq %rsi
    pushq %rdi
    cld
    call upcall_handle
    popq %rdi
    popq %rsi
    popq %rdx
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    movl $__HYPERVISOR_iret, %eax
    syscall
    ud2
    .size upcall_entry, . - upcall_entry

    .section .note.GNU-stack, "", @progbits
