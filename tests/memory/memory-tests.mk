# The kernel's memory on Xen, tested from inside a guest.
MEMORY_GUEST := $(KERNEL_BUILD)/tests/memory/guest.elf
MEMORY_SIZES ?= 4 16 64 256 400

$(MEMORY_GUEST): $(KERNEL_BUILD)/tests/memory/guest.c.o $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS))
-include $(KERNEL_BUILD)/tests/memory/guest.c.d

test-memory: $(MEMORY_GUEST) rig-ready-direct
	@tests/memory/memory.sh $(MEMORY_GUEST) $(MEMORY_SIZES)
.PHONY: test-memory
TESTS += test-memory
