/* Entries of upcalls, right and wrong: see concurrent.h. The offsets are those of struct cpu: concurrent.c checks them. */
#include <tests/fakexen/self/offsets.h>

.macro save
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    movq %rsp, %rbx
    andq $-16, %rsp
.endm

.macro restore
    movq %rbx, %rsp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    orb $3, 8(%rsp)
    orb $3, 32(%rsp)
.endm

    .text
    .globl entry, entry_late, entry_loses
    .type entry, @function
    .type entry_late, @function
    .type entry_loses, @function

/* Whoever interrupted the region has the registers of the code that was interrupted first: its frame alone is too much. */
entry:
    popq %rcx
    popq %r11
    cmpq $region_start, (%rsp)
    jb again
    cmpq $region_end, (%rsp)
    jae again
    movq 24(%rsp), %rsp
again:
    save
    movb $0, %gs:OFFSET_PENDING
    call concurrent_handle
    restore
region_start:
    movb $0, %gs:OFFSET_MASK
    cmpb $0, %gs:OFFSET_PENDING
    jne restart
    iretq
region_end:
restart:
    movb $1, %gs:OFFSET_MASK
    jmp again
    .size entry, . - entry

/* What came while the handler ran stays where it is. */
entry_late:
    popq %rcx
    popq %r11
    save
    movb $0, %gs:OFFSET_PENDING
    call concurrent_handle
    restore
    movb $0, %gs:OFFSET_MASK
    iretq
    .size entry_late, . - entry_late

entry_loses:
    popq %rcx
    popq %r11
    save
    movb $0, %gs:OFFSET_PENDING
    call concurrent_handle
    restore
    incq %r10
    movb $0, %gs:OFFSET_MASK
    iretq
    .size entry_loses, . - entry_loses

    .section .note.GNU-stack, "", @progbits
