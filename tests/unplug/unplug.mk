# vCPUs that go and come, and threads and calls that others send to them meanwhile, in as many orders of instructions as
# the explorer finds.
UNPLUG_OBJECTS := $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard tests/unplug/*.c) $(UNIT_MAIN))
$(eval $(call unit_program,$(BUILD)/tests/unplug/unplug,$(UNPLUG_OBJECTS),\
    kernel/xen/hypercall.S kernel/xen/event.c kernel/xen/event_bind.c kernel/xen/event_poll.c kernel/cpu/critical.c \
    kernel/cpu/upcall.S kernel/cpu/smp_call.c kernel/cpu/unplug.c kernel/cpu/unplug.S kernel/sched/balance.c \
    kernel/sched/clock.c kernel/sched/hooks.c kernel/sched/ready.c kernel/sched/runqueue.c kernel/sched/settings.c \
    kernel/sync/spinlock.c))

test-unplug: $(BUILD)/tests/unplug/unplug
	@$<
.PHONY: test-unplug
TESTS += test-unplug
