/* Calling hypercall() with every register known: see call.h. The offsets below are those of struct call. */
#define NUMBER 0
#define ARGUMENT(n) (8 * (n)) /* 1 to 5 */
#define KEPT(n) (48 + 8 * (n))
#define KEPT_AFTER(n) (96 + 8 * (n))
#define SCRATCH 144
#define ANSWER 152
#define STACK 160
#define STACK_AFTER 168

    .bss
    .balign 8
current: /* the struct call: no register can be trusted afterwards */
    .quad 0
own_stack:
    .quad 0

    .text
    .globl call_hypercall
    .type call_hypercall, @function
call_hypercall:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp /* the stack is aligned to 16 bytes at a call */
    movq %rdi, current
    movq %rsp, own_stack
    movq %rsp, STACK(%rdi)

    movq %rdi, %r11
    movq KEPT(0)(%r11), %rbx
    movq KEPT(1)(%r11), %rbp
    movq KEPT(2)(%r11), %r12
    movq KEPT(3)(%r11), %r13
    movq KEPT(4)(%r11), %r14
    movq KEPT(5)(%r11), %r15
    movq NUMBER(%r11), %rdi
    movq ARGUMENT(1)(%r11), %rsi
    movq ARGUMENT(2)(%r11), %rdx
    movq ARGUMENT(3)(%r11), %rcx
    movq ARGUMENT(4)(%r11), %r8
    movq ARGUMENT(5)(%r11), %r9
    movq SCRATCH(%r11), %rax
    movq %rax, %r10
    movq %rax, %r11
    call hypercall

    movq current, %r11
    movq %rax, ANSWER(%r11)
    movq %rsp, STACK_AFTER(%r11)
    movq %rbx, KEPT_AFTER(0)(%r11)
    movq %rbp, KEPT_AFTER(1)(%r11)
    movq %r12, KEPT_AFTER(2)(%r11)
    movq %r13, KEPT_AFTER(3)(%r11)
    movq %r14, KEPT_AFTER(4)(%r11)
    movq %r15, KEPT_AFTER(5)(%r11)
    movq own_stack, %rsp
    cld
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size call_hypercall, . - call_hypercall

    .section .note.GNU-stack, "", @progbits
