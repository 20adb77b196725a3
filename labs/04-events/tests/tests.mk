# Lab 4's tests: what is under test beside the student's own files.
UNIT_FILES_04-events := kernel/xen/event.c kernel/cpu/upcall.S kernel/sched/preempt.c kernel/sched/runqueue.c \
    kernel/cpu/critical.c kernel/xen/hypercall.S
