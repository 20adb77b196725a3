/* For tests/libc/setjmp.c: fills the registers that setjmp keeps, spoils them, jumps, and counts which are not back. */
    .text
    .globl registers_lost
    .type registers_lost, @function
registers_lost:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdi
    movq $11, %rbx
    movq $12, %rbp
    movq $13, %r12
    movq $14, %r13
    movq $15, %r14
    movq $16, %r15
    call kernel_setjmp
    testl %eax, %eax
    jnz .Lcount
    movq (%rsp), %rdi
    xorl %ebx, %ebx
    xorl %ebp, %ebp
    xorl %r12d, %r12d
    xorl %r13d, %r13d
    xorl %r14d, %r14d
    xorl %r15d, %r15d
    subq $64, %rsp /* and the stack pointer */
    movl $1, %esi
    call kernel_longjmp
.Lcount:
    xorl %eax, %eax
    cmpq $11, %rbx
    setne %cl
    addb %cl, %al
    cmpq $12, %rbp
    setne %cl
    addb %cl, %al
    cmpq $13, %r12
    setne %cl
    addb %cl, %al
    cmpq $14, %r13
    setne %cl
    addb %cl, %al
    cmpq $15, %r14
    setne %cl
    addb %cl, %al
    cmpq $16, %r15
    setne %cl
    addb %cl, %al
    popq %rdi
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size registers_lost, . - registers_lost
    .section .note.GNU-stack, "", @progbits
