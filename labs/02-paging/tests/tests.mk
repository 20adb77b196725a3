# Lab 2's tests: what is under test beside the student's own files.
UNIT_FILES_02-paging := kernel/mm/frames.c kernel/mm/pagetable.c kernel/mm/memory_lock.c kernel/mm/chunks.c \
    kernel/mm/boot_memory.c kernel/mm/bytes.c kernel/mm/walk.c kernel/xen/mmu.c kernel/xen/hypercall.S \
    kernel/cpu/critical.c kernel/boot/start_info.c
