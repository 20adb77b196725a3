/*
 * setjmp and longjmp. Kept in a jmp_buf (machine/setjmp.h) is what a function must preserve: six registers, the stack
 * pointer, where to return to, and how floating point is set up: MXCSR for SSE, the control word for the x87 unit.
 */
#define MXCSR_FLAGS 0x3f /* exceptions seen so far: of the thread, so longjmp leaves them as they are */

    .text

    .globl setjmp
    .type setjmp, @function
setjmp:
    movq %rbx, 0(%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rdx /* as the caller sees it once we have returned */
    movq %rdx, 48(%rdi)
    movq (%rsp), %rdx
    movq %rdx, 56(%rdi)
    stmxcsr 64(%rdi)
    fnstcw 68(%rdi)
    xorl %eax, %eax
    ret
    .size setjmp, . - setjmp

    .globl longjmp
    .type longjmp, @function
longjmp:
    /* setjmp must not seem to return 0 a second time: 0 is below 1, which sets the carry that adcl adds. */
    movl %esi, %eax
    cmpl $1, %esi
    adcl $0, %eax

    subq $8, %rsp
    stmxcsr (%rsp)
    movl (%rsp), %ecx
    andl $MXCSR_FLAGS, %ecx
    movl 64(%rdi), %edx
    andl $~MXCSR_FLAGS, %edx
    orl %ecx, %edx
    movl %edx, (%rsp)
    ldmxcsr (%rsp)
    fldcw 68(%rdi)

    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    jmp *56(%rdi)
    .size longjmp, . - longjmp

    .section .note.GNU-stack, "", @progbits
