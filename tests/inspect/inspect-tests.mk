# What a kernel that runs prints when it is asked: VIRQ_DEBUG.
INSPECT_GUEST := $(KERNEL_BUILD)/tests/inspect/guest.elf

$(INSPECT_GUEST): $(KERNEL_BUILD)/tests/inspect/guest.c.o $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS))
-include $(KERNEL_BUILD)/tests/inspect/guest.c.d

test-inspect: $(BUILD)/bin/rig $(INSPECT_GUEST) rig-ready-direct
	@tests/inspect/inspect.sh $(INSPECT_GUEST)
.PHONY: test-inspect
TESTS += test-inspect
