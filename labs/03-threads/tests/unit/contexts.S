/* Calling context_switch() with every register known: see contexts.h. */
#include "contexts.h"

    .text
    .macro note_arrival
    movq context_arriving, %r11
    movq %rbx, REGISTERS_KEPT_AFTER(0)(%r11)
    movq %rbp, REGISTERS_KEPT_AFTER(1)(%r11)
    movq %r12, REGISTERS_KEPT_AFTER(2)(%r11)
    movq %r13, REGISTERS_KEPT_AFTER(3)(%r11)
    movq %r14, REGISTERS_KEPT_AFTER(4)(%r11)
    movq %r15, REGISTERS_KEPT_AFTER(5)(%r11)
    movq %rsp, REGISTERS_STACK_AFTER(%r11)
    stmxcsr REGISTERS_MXCSR_AFTER(%r11)
    fnstcw REGISTERS_CONTROL_AFTER(%r11)
    /* The test goes on, whatever was lost. */
    movq REGISTERS_STACK(%r11), %rsp
    ldmxcsr usual_mxcsr
    fldcw usual_control
    cld
    .endm

    .globl context_call_switch
    .type context_call_switch, @function
context_call_switch:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp /* the stack is aligned to 16 bytes at a call */
    movq %rdi, context_left
    movq %rsi, context_arriving
    movq %rsp, REGISTERS_STACK(%rdi)
    call context_leaving

    movq context_left, %r11
    movq REGISTERS_KEPT(0)(%r11), %rbx
    movq REGISTERS_KEPT(1)(%r11), %rbp
    movq REGISTERS_KEPT(2)(%r11), %r12
    movq REGISTERS_KEPT(3)(%r11), %r13
    movq REGISTERS_KEPT(4)(%r11), %r14
    movq REGISTERS_KEPT(5)(%r11), %r15
    ldmxcsr REGISTERS_MXCSR(%r11)
    fldcw REGISTERS_CONTROL(%r11)
    movq REGISTERS_THREAD(%r11), %rdi
    movq context_arriving, %rsi
    movq REGISTERS_THREAD(%rsi), %rsi
    call context_switch

    note_arrival
    call context_arrived
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size context_call_switch, . - context_call_switch

/* Where a context's first switch returns to, as if this had been called. */
    .globl context_enter
    .type context_enter, @function
context_enter:
    note_arrival
    movq %r11, %rdi
    xorl %ebp, %ebp
    andq $-16, %rsp
    call context_begin
    ud2
    .size context_enter, . - context_enter

    .section .rodata
    .balign 4
usual_mxcsr:
    .long 0x1f80
usual_control:
    .word 0x037f

    .bss
    .balign 8
    .globl context_arriving, context_left
context_arriving: /* the registers of who goes on: no register can be trusted there */
    .quad 0
context_left: /* ... and of who was left */
    .quad 0

    .section .note.GNU-stack, "", @progbits
