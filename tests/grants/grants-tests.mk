# The grant table on the real hypervisor, tested from inside the first domain, which grants to itself. (Against fakexen: lab 6.)
GRANTS_GUEST := $(KERNEL_BUILD)/tests/grants/guest.elf
GRANTS_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/grants/*.c))
GRANTS_RUNS ?= direct:4:64 direct:1:64

$(GRANTS_GUEST): $(GRANTS_OBJECTS) $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(GRANTS_OBJECTS) $(KERNEL_OBJECTS))
-include $(GRANTS_OBJECTS:.o=.d)

# Mapping and copying what a second domain grants: against fakexen.
GRANTS_UNIT := $(BUILD)/tests/grants/unit
$(eval $(call unit_program,$(GRANTS_UNIT),\
    $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard tests/grants/unit/*.c) $(UNIT_MAIN)),\
    $(addprefix kernel/,xen/grant_map.c xen/grant_copy.c xen/grant_status.c mm/foreign.c mm/pagetable.c mm/frames.c \
    mm/memory_lock.c mm/chunks.c mm/boot_memory.c mm/bytes.c mm/walk.c xen/mmu.c xen/hypercall.S cpu/critical.c \
    sync/spinlock.c xen/event_poll.c boot/start_info.c)))

test-grants-unit: $(GRANTS_UNIT)
	@$(GRANTS_UNIT)

test-grants: $(GRANTS_GUEST) rig-ready-direct
	@tests/boot/guest.sh grants $(GRANTS_GUEST) $(GRANTS_RUNS)
.PHONY: test-grants test-grants-unit
TESTS += test-grants test-grants-unit
