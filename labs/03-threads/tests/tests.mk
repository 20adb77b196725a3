# Lab 3's tests: what is under test beside the student's own files.
UNIT_FILES_03-threads := kernel/sched/runqueue.c kernel/sched/switch.S kernel/sched/thread.c kernel/sched/schedule.c \
    kernel/sched/ready.c kernel/sched/hooks.c kernel/sched/wait.c kernel/sched/first_threads.c kernel/sched/thread_list.c kernel/sched/thread_library.c \
    kernel/cpu/critical.c kernel/mm/bytes.c kernel/xen/hypercall.S kernel/xen/format.c \
    kernel/xen/print.c
