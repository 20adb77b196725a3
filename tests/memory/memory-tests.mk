# The kernel's memory on Xen, tested from inside a guest.
MEMORY_GUEST := $(KERNEL_BUILD)/tests/memory/guest.elf
MEMORY_STRESS := $(KERNEL_BUILD)/tests/memory/stress.elf
MEMORY_RUNS ?= direct:1:4 direct:1:16 direct:1:64 direct:1:256 direct:1:400 domain:1:64
STRESS_RUNS ?= direct:4:64 direct:2:64

$(MEMORY_GUEST) $(MEMORY_STRESS): %.elf: %.c.o $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS))
-include $(MEMORY_GUEST:.elf=.c.d) $(MEMORY_STRESS:.elf=.c.d)

test-memory: $(MEMORY_GUEST) rig-ready-domain
	@tests/boot/guest.sh memory $(MEMORY_GUEST) $(MEMORY_RUNS)
.PHONY: test-memory
TESTS += test-memory

# All vCPUs at once: where there are several.
ifneq ($(filter 5,$(LEVELS)),)
test-memory-stress: $(MEMORY_STRESS) rig-ready-direct
	@tests/boot/guest.sh memory $(MEMORY_STRESS) $(STRESS_RUNS)
.PHONY: test-memory-stress
TESTS += test-memory-stress
endif
