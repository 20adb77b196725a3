# The kernel's memory on Xen, tested from inside a guest.
MEMORY_GUEST := $(KERNEL_BUILD)/tests/memory/guest.elf
MEMORY_RUNS ?= direct:4 direct:16 direct:64 direct:256 direct:400 domain:64

$(MEMORY_GUEST): $(KERNEL_BUILD)/tests/memory/guest.c.o $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS))
-include $(KERNEL_BUILD)/tests/memory/guest.c.d

test-memory: $(MEMORY_GUEST) rig-ready-domain
	@tests/memory/memory.sh $(MEMORY_GUEST) $(MEMORY_RUNS)
.PHONY: test-memory
TESTS += test-memory
