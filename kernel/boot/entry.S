/* Where Xen jumps to, and the ELF notes that tell the domain builder what kind of kernel this is. */
#include <stardust/layout.h>

#define __ASSEMBLY__
#include <xen/elfnote.h>
#include <xen/features.h>

.macro elf_note type, description:vararg
    .pushsection .note.Xen, "a", @note
    .balign 4
    .long 2f - 1f, 4f - 3f, \type
1:  .asciz "Xen"
2:  .balign 4
3:  \description
4:  .balign 4
    .popsection
.endm

    elf_note XEN_ELFNOTE_GUEST_OS, .asciz "Stardust"
    elf_note XEN_ELFNOTE_GUEST_VERSION, .asciz "1"
    elf_note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
    elf_note XEN_ELFNOTE_LOADER, .asciz "generic"
    elf_note XEN_ELFNOTE_VIRT_BASE, .quad KERNEL_BASE
    elf_note XEN_ELFNOTE_PADDR_OFFSET, .quad KERNEL_BASE
    elf_note XEN_ELFNOTE_ENTRY, .quad start
    elf_note XEN_ELFNOTE_PAE_MODE, .asciz "yes"
    /* A suspension can be called off: then the hypercall returns 1, and nothing has changed. */
    elf_note XEN_ELFNOTE_SUSPEND_CANCEL, .long 1
    /* Not needed, but can be had: being the first domain. */
    elf_note XEN_ELFNOTE_SUPPORTED_FEATURES, .long 1 << XENFEAT_dom0

/*
 * %rsi: the address of start_info, %rsp: a stack of a page, which we leave at once. Xen loads the image's bytes, but does not
 * promise that the rest of it (.bss) is zero.
 */
    .text
    .globl start
    .type start, @function
start:
    cld
    movq %rsi, %rbx
    rdtsc
    shlq $32, %rdx
    leaq (%rdx, %rax), %rbp
    movl $bss_start, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    shrl $3, %ecx               /* whole pages: see kernel.lds */
    xorl %eax, %eax
    rep stosq
    movq %rbp, boot_tsc
    movl $boot_stack_end, %esp
    xorl %ebp, %ebp             /* the call chain ends here */
    movq %rbx, %rdi
    call kernel_start
    ud2
    .size start, . - start

    .bss
    .globl boot_tsc
    .balign 8
boot_tsc:
    .zero 8

    .section .note.GNU-stack, "", @progbits
