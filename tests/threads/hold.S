/*
 * void registers_hold(const struct held *give, struct held *found, unsigned long turns, bool avx)
 *
 * Fill every register of the SSE and x87 units, and with `avx` the upper halves, from `give`, spin, and store what they hold
 * then into `found`: what has changed was changed by somebody else. The units are left as a function may leave them.
 */
#define X87     256     /* behind sixteen registers of 16 bytes: eight of 16, of which ten count */
#define MXCSR   384
#define CONTROL 388
#define UPPER   400     /* the upper halves of the same sixteen registers */

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
    testb %cl, %cl
    jz 1f
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vinsertf128 $1, UPPER + \n * 16(%rdi), %ymm\n, %ymm\n
    .endr
1:  decq %rdx
    jnz 1b
    testb %cl, %cl
    jz 2f
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vextractf128 $1, %ymm\n, UPPER + \n * 16(%rsi)
    .endr
2:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movups %xmm\n, \n * 16(%rsi)
    .endr
    .irp n, 7, 6, 5, 4, 3, 2, 1, 0
    fstpt X87 + \n * 16(%rsi)
    .endr
    stmxcsr MXCSR(%rsi)
    fnstcw CONTROL(%rsi)
    fninit
    testb %cl, %cl
    jz 3f
    vzeroupper
3:  ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    ret
    .size registers_hold, . - registers_hold

/* void uppers_store(uint8_t to[16][16]): what the upper halves hold. */
    .globl uppers_store
    .type uppers_store, @function
uppers_store:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vextractf128 $1, %ymm\n, \n * 16(%rdi)
    .endr
    ret
    .size uppers_store, . - uppers_store

    .section .note.GNU-stack, "", @progbits
