/* The way into the hypervisor: see stardust/hypercall.h. */
#include <stardust/lab.h>

/*
 * long hypercall(unsigned long number, unsigned long argument1, ... argument5)
 *
 * C passes   %rdi     %rsi %rdx %rcx %r8  %r9    and wants the answer in %rax.
 * Xen takes  %rax     %rdi %rsi %rdx %r10 %r8    and leaves the answer in %rax.
 * The instruction itself overwrites %rcx and %r11; Xen may overwrite the argument registers. C expects all of these to
 * change, so there is nothing to save.
 */
    .text
    .globl hypercall
    .type hypercall, @function
hypercall:
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %rcx
    movq %r9, %r8
    syscall
    ret
    .size hypercall, . - hypercall

    .section .note.GNU-stack, "", @progbits
