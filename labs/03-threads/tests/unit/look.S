/*
 * Where a test's thread begins: void *look(void *argument) notes the registers with which a function is called, then calls
 * look_on with a stack that is aligned whatever it was. See begin.c.
 */
    .text
    .globl look
    .type look, @function
look:
    movq %rsp, look_stack
    movq %rbp, look_frame
    stmxcsr look_mxcsr
    fnstcw look_control
    andq $-16, %rsp
    call look_on
    ud2
    .size look, . - look

    .section .note.GNU-stack, "", @progbits
