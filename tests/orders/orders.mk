# The kernel's own spinlocks, ports, timers, upcalls and regions, in as many orders of instructions as the explorer finds.
ORDERS_OBJECTS := $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard tests/orders/*.c) $(UNIT_MAIN))
$(eval $(call unit_program,$(BUILD)/tests/orders/orders,$(ORDERS_OBJECTS),\
    kernel/xen/hypercall.S kernel/xen/event.c kernel/xen/event_bind.c kernel/xen/event_poll.c kernel/cpu/critical.c \
    kernel/cpu/upcall.S kernel/mm/region.c kernel/sched/clock.c kernel/sched/timer.c \
    kernel/sched/timer_heap.c kernel/sync/spinlock.c))

test-orders: $(BUILD)/tests/orders/orders
	@$<
.PHONY: test-orders
TESTS += test-orders
