# Xenstore: a guest beside the real xenstored.
XENSTORE_GUEST := $(KERNEL_BUILD)/tests/xenstore/guest.elf
XENSTORE_GUEST_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/xenstore/guest*.c)) \
    $(KERNEL_BUILD)/apps/xenstore-test/name.o

$(KERNEL_BUILD)/tests/xenstore/%.c.o: tests/xenstore/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(XENSTORE_GUEST): $(XENSTORE_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(XENSTORE_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))
-include $(XENSTORE_GUEST_OBJECTS:.o=.d)

TRANSACTIONS ?= 400

test-xenstore-guest: $(BUILD)/bin/rig $(XENSTORE_GUEST) rig-ready-domain
	@tests/xenstore/xenstore.sh $(XENSTORE_GUEST) $(TRANSACTIONS)
.PHONY: test-xenstore-guest
TESTS += test-xenstore-guest
