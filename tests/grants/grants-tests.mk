# The grant table on the real hypervisor, tested from inside the first domain, which grants to itself. (Against fakexen: lab 6.)
GRANTS_GUEST := $(KERNEL_BUILD)/tests/grants/guest.elf
GRANTS_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/grants/*.c))
GRANTS_RUNS ?= direct:4:64 direct:1:64

$(GRANTS_GUEST): $(GRANTS_OBJECTS) $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(GRANTS_OBJECTS) $(KERNEL_OBJECTS))
-include $(GRANTS_OBJECTS:.o=.d)

test-grants: $(GRANTS_GUEST) rig-ready-direct
	@tests/boot/guest.sh grants $(GRANTS_GUEST) $(GRANTS_RUNS)
.PHONY: test-grants
TESTS += test-grants
