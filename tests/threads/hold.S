/*
 * void registers_hold(const struct held *give, struct held *found, unsigned long turns)
 *
 * Fill every register of the SSE and x87 units from `give`, spin, and store what they hold then into `found`: what has changed
 * was changed by somebody else. The units are left as a function may leave them.
 */
#define X87     256     /* behind sixteen registers of 16 bytes: eight of 16, of which ten count */
#define MXCSR   384
#define CONTROL 388

    .text
    .globl registers_hold
    .type registers_hold, @function
registers_hold:
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    fninit
    ldmxcsr MXCSR(%rdi)
    fldcw CONTROL(%rdi)
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    fldt X87 + \n * 16(%rdi)
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movups \n * 16(%rdi), %xmm\n
    .endr
1:  decq %rdx
    jnz 1b
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movups %xmm\n, \n * 16(%rsi)
    .endr
    .irp n, 7, 6, 5, 4, 3, 2, 1, 0
    fstpt X87 + \n * 16(%rsi)
    .endr
    stmxcsr MXCSR(%rsi)
    fnstcw CONTROL(%rsi)
    fninit
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    ret
    .size registers_hold, . - registers_hold

    .section .note.GNU-stack, "", @progbits
