# Lab 5's tests: what is under test beside the student's own files.
UNIT_FILES_05-smp := kernel/cpu/smp.c kernel/sync/spinlock.c kernel/cpu/critical.c kernel/xen/event_poll.c \
    kernel/mm/bytes.c kernel/xen/hypercall.S
