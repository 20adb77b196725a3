/* Where the kernel sees Xen's shared page, if kernel/xen/shared_info.c is not under test: fakexen_start maps it here. */
    .bss
    .balign 4096
    .weak shared_info
    .type shared_info, @object
shared_info:
    .skip 4096
    .size shared_info, 4096

    .section .note.GNU-stack, "", @progbits
