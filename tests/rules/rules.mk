# fakexen is held to what the real hypervisor answers: the same operations on both, and the same outcome of each. The kernel
# around them is that of level 2, which leaves the second vCPU, events and timers alone.
RULES_IMAGE := $(BUILD)/tests/rules$(VARIANT).elf
RULES := rules mappings tables calls events vcpus second grants grant_copies
RULES_GUEST_OBJECTS := $(patsubst %,$(KERNEL_BUILD)/tests/rules/%.c.o,$(RULES) guest) $(KERNEL_BUILD)/labs/rules/name.o

$(RULES_IMAGE): $(RULES_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(call link_image,$@,$(RULES_GUEST_OBJECTS) $(KERNEL_OBJECTS))
-include $(patsubst %.o,%.d,$(RULES_GUEST_OBJECTS))

$(eval $(call unit_program,$(BUILD)/tests/rules/host,$(FAKEXEN_BUILD)/tests/rules/host.c.o,\
    kernel/xen/hypercall.S $(RULES:%=tests/rules/%.c) kernel/mm/walk.c kernel/mm/bytes.c \
    kernel/boot/start_info.c))

test-rules: $(BUILD)/tests/rules/host rig-ready-direct test-variants
	@tests/rules/compare $(BUILD)
.PHONY: test-rules
TESTS += test-rules
