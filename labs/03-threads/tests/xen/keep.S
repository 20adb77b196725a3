/*
 * void keep_registers(const struct kept *before, struct kept *after, struct thread *from, struct thread *to): see keep.h.
 * The offsets are those of struct kept in tests/ktap/threads.h.
 */
    .text
    .globl keep_registers
    .type keep_registers, @function
keep_registers:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rsi
    subq $16, %rsp /* for our own mxcsr and control word; the stack is then aligned to 16 bytes */
    stmxcsr (%rsp)
    fnstcw 4(%rsp)

    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    ldmxcsr 48(%rdi)
    fldcw 52(%rdi)
    movq %rdx, %rdi
    movq %rcx, %rsi
    call context_switch

    movq 16(%rsp), %rsi
    movq %rbx, 0(%rsi)
    movq %rbp, 8(%rsi)
    movq %r12, 16(%rsi)
    movq %r13, 24(%rsi)
    movq %r14, 32(%rsi)
    movq %r15, 40(%rsi)
    stmxcsr 48(%rsi)
    fnstcw 52(%rsi)

    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $24, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size keep_registers, . - keep_registers

    .globl keep_enter
    .type keep_enter, @function
keep_enter:
    xorl %ebp, %ebp
    andq $-16, %rsp
    call keep_begin
    ud2
    .size keep_enter, . - keep_enter

    .section .note.GNU-stack, "", @progbits
