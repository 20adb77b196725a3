# Devices: a guest with two drivers, beside the real netback and blkback.
XENBUS_GUEST := $(KERNEL_BUILD)/tests/xenbus/guest.elf
XENBUS_GUEST_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/xenbus/guest*.c)) \
    $(KERNEL_BUILD)/apps/xenbus-test/name.o

$(KERNEL_BUILD)/tests/xenbus/%.c.o: tests/xenbus/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(XENBUS_GUEST): $(XENBUS_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(XENBUS_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))
-include $(XENBUS_GUEST_OBJECTS:.o=.d)

test-xenbus-guest: $(BUILD)/bin/rig $(XENBUS_GUEST) rig-ready-domain
	@tests/xenbus/xenbus.sh $(XENBUS_GUEST)
.PHONY: test-xenbus-guest
TESTS += test-xenbus-guest
