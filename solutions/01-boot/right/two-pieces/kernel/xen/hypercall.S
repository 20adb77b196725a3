/* The way into the hypervisor, with the number and the arguments moved one place on by exchanges. */
    .text
    .globl hypercall
    .type hypercall, @function
hypercall:
    mov %rdi, %rax
    xchg %rsi, %rdi
    xchg %rdx, %rsi
    xchg %rcx, %rdx
    mov %r8, %r10
    xchg %r9, %r8
    syscall
    ret
    .size hypercall, . - hypercall

    .section .note.GNU-stack, "", @progbits
