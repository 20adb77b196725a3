/* Code that knows what all its registers hold: see spin.h. */
#define FLAGS 112
#define STATUS_FLAGS 0xcd5
#define NUMBERS 256
#define CONTROL 320

    .bss
    .balign 8
spun: /* the struct spin: no register is free while it spins */
    .quad 0
awaited:
    .quad 0

    .text
    .macro keep
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    .endm

    .macro unkeep
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    .endm

    .globl spin_until
    .type spin_until, @function
spin_until:
    keep
    movq %rdi, spun
    movq %rsi, awaited
    movq %rdi, %rcx
    pushfq
    popq %rax
    andq $~STATUS_FLAGS, %rax
    orq FLAGS(%rcx), %rax
    pushq %rax
    movq 0(%rcx), %rax
    movq 8(%rcx), %rbx
    movq 16(%rcx), %rdx
    movq 24(%rcx), %rsi
    movq 32(%rcx), %rdi
    movq 40(%rcx), %rbp
    movq 48(%rcx), %r8
    movq 56(%rcx), %r9
    movq 64(%rcx), %r10
    movq 72(%rcx), %r11
    movq 80(%rcx), %r12
    movq 88(%rcx), %r13
    movq 96(%rcx), %r14
    movq 104(%rcx), %r15
    popfq
1:  movq awaited, %rcx          /* nothing here changes a flag */
    movq (%rcx), %rcx
    jrcxz 1b
    movq spun, %rcx
    movq %rax, 0(%rcx)
    movq %rbx, 8(%rcx)
    movq %rdx, 16(%rcx)
    movq %rsi, 24(%rcx)
    movq %rdi, 32(%rcx)
    movq %rbp, 40(%rcx)
    movq %r8, 48(%rcx)
    movq %r9, 56(%rcx)
    movq %r10, 64(%rcx)
    movq %r11, 72(%rcx)
    movq %r12, 80(%rcx)
    movq %r13, 88(%rcx)
    movq %r14, 96(%rcx)
    movq %r15, 104(%rcx)
    pushfq
    popq FLAGS(%rcx)
    cld
    unkeep
    ret
    .size spin_until, . - spin_until

    .globl spin_direction
    .type spin_direction, @function
spin_direction:
    pushfq
    popq %rax
    cld
    shrl $10, %eax
    andl $1, %eax
    ret
    .size spin_direction, . - spin_direction

    .macro vectors load
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    .if \load
    movdqu 16*\n(%rdi), %xmm\n
    .else
    movdqu %xmm\n, 16*\n(%rdi)
    .endif
    .endr
    .endm

    .globl spin_vectors
    .type spin_vectors, @function
spin_vectors:
    subq $8, %rsp
    stmxcsr (%rsp)
    fninit
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    fildll NUMBERS+8*\n(%rdi)
    .endr
    ldmxcsr CONTROL(%rdi)
    vectors 1
    movl (%rdx), %r8d
1:  incl (%rsi)
    movl (%rdx), %eax
    cmpl %r8d, %eax
    je 1b
    cmpl $-1, %eax
    je 2f
    movl %eax, %r8d
    decl %ecx
    jnz 1b
2:  vectors 0
    stmxcsr CONTROL(%rdi)
    .irp n, 7, 6, 5, 4, 3, 2, 1, 0
    fistpll NUMBERS+8*\n(%rdi)
    .endr
    movl $-1, (%rsi)
    ldmxcsr (%rsp)
    fninit
    addq $8, %rsp
    ret
    .size spin_vectors, . - spin_vectors

    .section .note.GNU-stack, "", @progbits
