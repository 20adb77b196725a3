/*
 * The points at which the explorer may act: see explore.h. The code under test calls explore_point before each of its
 * instructions, where it does so changes nothing but memory below the stack.
 */

#define RING_MASK 4095

/* In the order of greg_t, which struct mcontext_t has too. */
#define R8  explore_context
#define R9  explore_context + 8
#define R10 explore_context + 16
#define R11 explore_context + 24
#define R12 explore_context + 32
#define R13 explore_context + 40
#define R14 explore_context + 48
#define R15 explore_context + 56
#define RDI explore_context + 64
#define RSI explore_context + 72
#define RBP explore_context + 80
#define RBX explore_context + 88
#define RDX explore_context + 96
#define RAX explore_context + 104
#define RCX explore_context + 112
#define RSP explore_context + 120
#define RIP explore_context + 128
#define EFL explore_context + 136

    .text
/* Note the place, and count: `weight` steps. */
.macro point weight
    pushfq
    pushq %rax
    pushq %rcx
    movl explore_ring_next, %ecx
    movq 24(%rsp), %rax
    orq explore_tag, %rax
    movq %rax, explore_ring(, %rcx, 8)
    incl %ecx
    andl $RING_MASK, %ecx
    movl %ecx, explore_ring_next
    cmpq explore_held_place, %rax
    je 1f
    movl \weight, %ecx
    subl %ecx, explore_countdown
    popq %rcx
    popq %rax
    js act
    popfq
    ret
1:  popq %rcx
    popq %rax
    jmp act
.endm

    .globl explore_point
explore_point:
    point $1

    .globl explore_point_shared
explore_point_shared:
    point explore_weight

act:
    popq EFL
    popq RIP
    movq %rsp, RSP
save:
    movq %r8, R8
    movq %r9, R9
    movq %r10, R10
    movq %r11, R11
    movq %r12, R12
    movq %r13, R13
    movq %r14, R14
    movq %r15, R15
    movq %rdi, RDI
    movq %rsi, RSI
    movq %rbp, RBP
    movq %rbx, RBX
    movq %rdx, RDX
    movq %rax, RAX
    movq %rcx, RCX
    movq $explore_stack_end, %rsp
    xorl %ebp, %ebp
    cld
    call explore_act
    movq R8, %r8
    movq R9, %r9
    movq R10, %r10
    movq R11, %r11
    movq R12, %r12
    movq R13, %r13
    movq R14, %r14
    movq R15, %r15
    movq RDI, %rdi
    movq RSI, %rsi
    movq RBP, %rbp
    movq RBX, %rbx
    movq RDX, %rdx
    movq RAX, %rax
    movq RCX, %rcx
    movq RSP, %rsp
    pushq RIP
    pushq EFL
    popfq
    ret

/* void explore_enter(void): leave the code that calls this until the explorer has done. */
    .globl explore_enter
explore_enter:
    pushfq
    popq EFL
    popq RIP
    movq %rsp, RSP
    jmp save

/* Where a vCPU begins: its function is in %rbx, the argument in %r12. */
    .globl explore_begin
explore_begin:
    movq %r12, %rdi
    call *%rbx
    movb $1, explore_returned
    call explore_enter
    ud2

    .bss
    .align 16
    .skip 65536
explore_stack_end:

    .section .note.GNU-stack, "", @progbits
