# The heap: its own arithmetic on the build machine, and the whole on Xen.

# An image that does one thing with the heap: in the folder of its kernel, since a debug build has one of its own.
HEAP_GUEST := $(KERNEL_BUILD)/tests/heap/guest.elf

$(KERNEL_BUILD)/tests/heap/guest.c.o: tests/heap/guest.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(HEAP_GUEST): $(KERNEL_BUILD)/tests/heap/guest.c.o $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) \
    kernel/cpu/symbols.awk $(NEWLIB)/complete
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))

-include $(KERNEL_BUILD)/tests/heap/guest.c.d

# The same files on the build machine, over pages of its own. Reports name callers, and find them by frame pointers.
HEAP_UNITS := mm/slab mm/blocks mm/large mm/bytes xen/format cpu/critical
HEAP_UNIT_OBJECTS := $(HEAP_UNITS:%=$(BUILD)/tests/heap/kernel/%.o)
HEAP_TEST_PROGRAMS := $(addprefix $(BUILD)/tests/heap/,heap misuse debug)
HEAP_TEST_COMMON := $(addprefix tests/heap/,fake.c fake_region.c model.c) tests/tap/tap.c

# critical_deliver keeps the general registers, so that it must use no others.
$(BUILD)/tests/heap/kernel/cpu/critical.o: GENERAL := -mgeneral-regs-only

$(BUILD)/tests/heap/kernel/%.o: kernel/%.c | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -fno-omit-frame-pointer $(GENERAL) -MMD -MP -c $< -o $@

$(BUILD)/tests/heap/heap $(BUILD)/tests/heap/misuse: $(BUILD)/tests/heap/kernel/mm/heap.o
$(BUILD)/tests/heap/debug: $(addprefix $(BUILD)/tests/heap/kernel/mm/,heap_debug.o heap_report.o)
$(HEAP_TEST_PROGRAMS): $(BUILD)/tests/heap/%: tests/heap/%.c $(HEAP_TEST_COMMON) $(HEAP_UNIT_OBJECTS) \
    tests/heap/fake.h tests/heap/model.h tests/tap/tap.h
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -fno-omit-frame-pointer -o $@ $(filter %.c %.o,$^) -lcunit

-include $(HEAP_UNIT_OBJECTS:.o=.d) $(patsubst %,$(BUILD)/tests/heap/kernel/mm/%.d,heap heap_debug heap_report)

test-heap: $(HEAP_TEST_PROGRAMS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-heap
TESTS += test-heap

test-heap-xen: $(BUILD)/bin/rig $(HEAP_GUEST) rig-ready-direct test-variants
	@tests/heap/guest.sh

heap-guest: $(HEAP_GUEST)
.PHONY: test-heap-xen heap-guest
TESTS += test-heap-xen
