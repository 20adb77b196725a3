/* The way into the hypervisor, by way of the stack. */
    .text
    .globl hypercall
    .type hypercall, @function
hypercall:
    push %rbp
    mov %rsp, %rbp
    push %rbx
    push %r12
    push %r9
    push %r8
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    pop %rax
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    syscall
    pop %r12
    pop %rbx
    leave
    ret
    .size hypercall, . - hypercall

    .section .note.GNU-stack, "", @progbits
