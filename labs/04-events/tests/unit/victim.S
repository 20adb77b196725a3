/* Code that upcalls interrupt: see victim.h. */
#define FLAGS 120
#define STACK 128
#define STACK_BEHIND 136
#define STATUS_FLAGS 0xcd5

    .bss
    .balign 8
current: /* the struct victim: no register can be trusted afterwards */
    .quad 0
own_stack:
    .quad 0

    .text
    .globl victim_run, victim_begin, victim_end
    .type victim_run, @function
victim_run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rdi, current
    movq %rsp, own_stack
    movq STACK(%rdi), %rsp
    /* The flags that Xen has no part in, and the trap flag as it is. */
    pushfq
    andq $~STATUS_FLAGS, (%rsp)
    movq FLAGS(%rdi), %rax
    orq %rax, (%rsp)
    movq 0(%rdi), %rax
    movq 8(%rdi), %rbx
    movq 16(%rdi), %rcx
    movq 24(%rdi), %rdx
    movq 32(%rdi), %rsi
    movq 48(%rdi), %rbp
    movq 56(%rdi), %r8
    movq 64(%rdi), %r9
    movq 72(%rdi), %r10
    movq 80(%rdi), %r11
    movq 88(%rdi), %r12
    movq 96(%rdi), %r13
    movq 104(%rdi), %r14
    movq 112(%rdi), %r15
    movq 40(%rdi), %rdi
    popfq
victim_begin:
    .rept 24
    nop
    .endr
victim_end:
    movq %rdi, spare
    movq current, %rdi
    movq %rsp, STACK_BEHIND(%rdi)
    movq own_stack, %rsp
    pushfq
    popq FLAGS(%rdi)
    movq %rax, 0(%rdi)
    movq %rbx, 8(%rdi)
    movq %rcx, 16(%rdi)
    movq %rdx, 24(%rdi)
    movq %rsi, 32(%rdi)
    movq %rbp, 48(%rdi)
    movq %r8, 56(%rdi)
    movq %r9, 64(%rdi)
    movq %r10, 72(%rdi)
    movq %r11, 80(%rdi)
    movq %r12, 88(%rdi)
    movq %r13, 96(%rdi)
    movq %r14, 104(%rdi)
    movq %r15, 112(%rdi)
    movq spare, %rax
    movq %rax, 40(%rdi)
    cld
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size victim_run, . - victim_run

    .bss
spare:
    .quad 0

    .section .note.GNU-stack, "", @progbits
