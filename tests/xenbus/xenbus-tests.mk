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

# On the build machine: a xenstore in memory, whose nodes may say anything at any time.
XENBUS_HOST := $(BUILD)/tests/xenbus/devices
XENBUS_HOST_OBJECTS := $(patsubst %.c,$(BUILD)/tests/%.o,$(wildcard kernel/xen/xenbus*.c) kernel/xen/format.c kernel/mm/bytes.c)

$(BUILD)/tests/kernel/xen/xenbus.o: RENAME = $(DEFINES)

$(XENBUS_HOST): $(wildcard tests/xenbus/host/*.[ch]) tests/tap/tap.c tests/tap/tap.h $(XENBUS_HOST_OBJECTS)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit
-include $(XENBUS_HOST_OBJECTS:.o=.d)

test-xenbus: $(XENBUS_HOST)
	@$<
.PHONY: test-xenbus
TESTS += test-xenbus
