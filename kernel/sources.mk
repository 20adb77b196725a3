# Which level each source file belongs to: the lab with which it arrives. A file calls only its own level or below.
LEVEL_NAMES := boot paging threads events smp xenstore netfront blkfront posix

KERNEL_1 := kernel/boot/entry.S kernel/boot/start.c kernel/boot/start_info.c kernel/boot/options.c \
    kernel/cpu/cpu.c kernel/cpu/critical.c kernel/cpu/trap.S kernel/cpu/trap.c kernel/cpu/report.c kernel/cpu/walk.c \
    kernel/cpu/symbols.c kernel/cpu/stack_protector.c \
    kernel/mm/boot_memory.c kernel/mm/bytes.c kernel/mm/protect.c kernel/mm/walk.c \
    kernel/sched/clock.c \
    kernel/xen/hypercall.S kernel/xen/console.c kernel/xen/event_poll.c kernel/xen/features.c kernel/xen/format.c \
    kernel/xen/print.c kernel/xen/shared_info.c kernel/xen/shutdown.c \
    drivers/console/attach.c drivers/console/ring.c drivers/console/text.c

KERNEL_2 := kernel/mm/chunks.c kernel/mm/frames.c kernel/mm/memory_lock.c kernel/mm/p2m.c kernel/mm/pagetable.c \
    kernel/mm/region.c kernel/mm/slab.c kernel/mm/large.c kernel/mm/blocks.c kernel/mm/heap.c kernel/mm/heap_debug.c \
    kernel/mm/heap_report.c kernel/sync/lock_check.c kernel/xen/mmu.c

KERNEL_3 := kernel/cpu/fpu.c kernel/sched/first_threads.c kernel/sched/hooks.c kernel/sched/ready.c \
    kernel/sched/runqueue.c kernel/sched/schedule.c kernel/sched/settings.c kernel/sched/stack.c kernel/sched/switch.S \
    kernel/sched/thread.c kernel/sched/thread_library.c kernel/sched/thread_list.c kernel/sched/thread_local.c kernel/sched/wait.c \
    kernel/sync/condition.c kernel/sync/mutex.c kernel/sync/once.c kernel/sync/rwlock.c kernel/sync/semaphore.c \
    kernel/sync/thread_barrier.c

KERNEL_4 := kernel/cpu/upcall.S kernel/sched/inspect.c kernel/sched/preempt.c kernel/sched/runstate.c kernel/sched/sleep.c \
    kernel/sched/slice.c kernel/sched/timer.c kernel/sched/timer_heap.c kernel/xen/event.c kernel/xen/event_bind.c \
    kernel/xen/event_report.c kernel/xen/event_start.c

KERNEL_5 := kernel/cpu/smp.c kernel/cpu/smp_call.c kernel/cpu/smp_parts.c kernel/cpu/stop.c kernel/cpu/unplug.c \
    kernel/cpu/unplug.S kernel/sched/balance.c kernel/sync/spinlock.c

# A row for each thing.
KERNEL_6 := drivers/console/input.c kernel/xen/console_input.c kernel/xen/console_line.c kernel/xen/console_suspend.c
KERNEL_6 += kernel/xen/grant.c kernel/xen/grant_copy.c kernel/xen/grant_map.c kernel/xen/grant_report.c \
    kernel/xen/grant_status.c kernel/xen/grant_table.c kernel/mm/foreign.c
KERNEL_6 += kernel/xen/xenstore.c kernel/xen/xenstore_connection.c kernel/xen/xenstore_errors.c kernel/xen/xenstore_gate.c \
    kernel/xen/xenstore_operations.c kernel/xen/xenstore_page.c kernel/xen/xenstore_transaction.c \
    kernel/xen/xenstore_watch.c kernel/xen/xenstore_wire.c
KERNEL_6 += kernel/xen/xenbus.c kernel/xen/xenbus_devices.c kernel/xen/xenbus_folder.c kernel/xen/xenbus_link.c \
    kernel/xen/xenbus_nodes.c kernel/xen/xenbus_state.c kernel/xen/xenbus_thread.c
KERNEL_6 += kernel/mm/balloon.c kernel/mm/reservation.c kernel/xen/control.c kernel/xen/control_balloon.c \
    kernel/xen/control_shutdown.c kernel/xen/control_sysrq.c kernel/xen/control_vcpus.c kernel/xen/suspend.c
