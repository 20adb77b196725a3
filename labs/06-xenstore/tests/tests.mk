# Lab 6's tests: what is under test beside the student's own files.
UNIT_FILES_06-xenstore := kernel/xen/grant.c kernel/xen/xenstore_wire.c kernel/xen/xenbus.c kernel/xen/xenstore_errors.c \
    kernel/sync/spinlock.c kernel/cpu/critical.c kernel/xen/event_poll.c kernel/mm/bytes.c kernel/xen/hypercall.S
