/*
 * void context_switch(struct thread *from, struct thread *to): see kernel/sched/switch.h.
 *
 * To the compiler this is a call like any other, which may change all registers but six, the stack pointer, and how floating
 * point is set up. So these are all there is to keep. %rdi and %rsi point at the two threads, whose first field is the stack
 * pointer while they do not run.
 */
#include <stardust/lab.h>

    .text
    .globl context_switch
    .type context_switch, @function
context_switch:
    leaq -56(%rsp), %rax /* where the frame begins; its last field, the return address, is there already */
    movq %rax, %rsp
    stmxcsr 0(%rax)
    fnstcw 4(%rax)
    movq %r15, 8(%rax)
    movq %r14, 16(%rax)
    movq %r13, 24(%rax)
    movq %r12, 32(%rax)
    movq %rbx, 40(%rax)
    movq %rbp, 48(%rax)
    movq %rax, (%rdi)

    movq (%rsi), %rdx
    movq 48(%rdx), %rbp
    movq 40(%rdx), %rbx
    movq 32(%rdx), %r12
    movq 24(%rdx), %r13
    movq 16(%rdx), %r14
    movq 8(%rdx), %r15
    fldcw 4(%rdx)
    ldmxcsr 0(%rdx)
    movq %rdx, %rsp
    addq $56, %rsp
    popq %rcx
    jmp *%rcx
    .size context_switch, . - context_switch

    .section .note.GNU-stack, "", @progbits
