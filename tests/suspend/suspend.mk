# Suspending: kernel/xen/suspend.c and what it publishes, against fakexen's saving and restoring of a domain.
SUSPEND_OBJECTS := $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard tests/suspend/*.c) $(UNIT_MAIN))
$(eval $(call unit_program,$(BUILD)/tests/suspend/suspend,$(SUSPEND_OBJECTS),\
    kernel/xen/hypercall.S kernel/xen/suspend.c kernel/mm/p2m.c kernel/boot/start_info.c kernel/mm/bytes.c kernel/cpu/critical.c))

test-suspend: $(BUILD)/tests/suspend/suspend
	@$<
.PHONY: test-suspend
TESTS += test-suspend
