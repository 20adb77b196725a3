# The console's input: its files against another end that may do anything, and a guest beside the real xenconsoled.
CONSOLE_UNITS := $(addprefix kernel/xen/,console.c console_input.c console_line.c console_suspend.c format.c) \
    kernel/mm/bytes.c $(addprefix drivers/console/,attach.c input.c ring.c text.c)
CONSOLE_UNIT_OBJECTS := $(CONSOLE_UNITS:%=$(BUILD)/tests/console/%.o)
CONSOLE_TEST_PROGRAMS := $(addprefix $(BUILD)/tests/console/,line input)
CONSOLE_TEST_CFLAGS = $(UNIT_CFLAGS) $(DEFINES) -UHAVE_SMP -Dmachine_to_phys_mapping=machine_m2p \
    -include tests/console/m2p.h

# The C library has these functions too: ours go by another name here.
$(BUILD)/tests/console/kernel/mm/bytes.c.o: RENAME := $(foreach f,memcpy memmove memset memcmp,-D$(f)=kernel_$(f))

$(BUILD)/tests/console/%.c.o: %.c | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(CONSOLE_TEST_CFLAGS) $(RENAME) -MMD -MP -c $< -o $@

$(CONSOLE_TEST_PROGRAMS): $(BUILD)/tests/console/%: tests/console/%.c tests/console/machine.c tests/console/machine.h \
    tests/kernel/vcpu.c tests/tap/tap.c tests/tap/tap.h $(CONSOLE_UNIT_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(CONSOLE_TEST_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit

-include $(CONSOLE_UNIT_OBJECTS:.o=.d)

CONSOLE_GUEST := $(KERNEL_BUILD)/tests/console/guest.elf

$(KERNEL_BUILD)/tests/console/guest.c.o: tests/console/guest.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(CONSOLE_GUEST): $(KERNEL_BUILD)/tests/console/guest.c.o $(KERNEL_BUILD)/apps/console-test/name.o $(KERNEL_OBJECTS) \
    $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk $(NEWLIB)/complete
	$(call say,LINK,$@)
	$(call link_image,$@,$(filter %guest.c.o %name.o,$^) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))
-include $(KERNEL_BUILD)/tests/console/guest.c.d

test-console: $(CONSOLE_TEST_PROGRAMS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]

test-console-domain: $(BUILD)/bin/rig $(CONSOLE_GUEST) rig-ready-domain
	@tests/console/domain.sh $(CONSOLE_GUEST)
.PHONY: test-console test-console-domain
TESTS += test-console test-console-domain
