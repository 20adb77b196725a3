/* A vCPU's way down, and both of its ways back: see kernel/cpu/unplug.h. C expects all other registers to change. */
    .text
    .globl vcpu_rest, vcpu_rise
    .type vcpu_rest, @function
    .type vcpu_rise, @function
vcpu_rest:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    movq %rsp, (%rdi)
    movl %edx, %edi
    call *%rsi
vcpu_rise:
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size vcpu_rest, . - vcpu_rest

    .section .note.GNU-stack, "", @progbits
