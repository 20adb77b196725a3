# Threads, events, time and several vCPUs on Xen, under stress: images that are C programs, as applications are.
STRESS_GUEST := $(KERNEL_BUILD)/tests/threads/stress.elf
STRESS_OBJECTS := $(patsubst %,$(KERNEL_BUILD)/tests/threads/%.o,stress.c turns.c shares.c affinity.c wakes.c events.c \
    registers.c hold.S clock.c timers.c life.c kept.c calls.c console.c plug.c)

$(KERNEL_BUILD)/tests/threads/%.c.o: tests/threads/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) $(if $(DEBUG),-DDEBUG_LOCKS) -MMD -MP -c $< -o $@

$(KERNEL_BUILD)/tests/threads/%/name.o:
	@mkdir -p $(@D)
	$(Q)printf 'extern const char application_name[];\nconst char application_name[] = "%s";\n' '$*' | \
	    $(KERNEL_CC) $(KERNEL_CFLAGS) -x c -c - -o $@

# $(call threads_image,NAME,OBJECTS)
define threads_image
$(KERNEL_BUILD)/tests/threads/$(1).elf: $(2) $(KERNEL_BUILD)/tests/threads/$(1)/name.o $(KERNEL_OBJECTS) \
    $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk $(NEWLIB)/complete
	$$(call say,LINK,$$@)
	$$(call link_image,$$@,$(2) $(KERNEL_BUILD)/tests/threads/$(1)/name.o $(KERNEL_OBJECTS) $(LIBC_OBJECTS) \
	    $$(LIBC_LIBRARIES))
endef
$(eval $(call threads_image,stress,$(STRESS_OBJECTS)))

FAIR_OBJECTS := $(KERNEL_BUILD)/tests/threads/fair.c.o $(KERNEL_BUILD)/tests/threads/credit.c.o
FAIR_GUEST := $(KERNEL_BUILD)/tests/threads/fair.elf
$(eval $(call threads_image,fair,$(FAIR_OBJECTS)))
-include $(FAIR_OBJECTS:.o=.d)

-include $(STRESS_OBJECTS:.o=.d)

threads-guests: $(STRESS_GUEST) $(FAIR_GUEST)

THREADS_RUNS ?= direct:1:64 direct:2:64 direct:4:64 direct:8:64 direct:2:64:--exact=repeat direct:4:64:--exact=repeat domain:4:64

test-threads: $(BUILD)/bin/rig threads-guests rig-ready-domain
	@tests/boot/guest.sh threads $(STRESS_GUEST) $(THREADS_RUNS)

# Locks whose order is asserted, and the heap that looks for mistakes.
test-threads-debug: rig-ready-direct test-variants
	@tests/boot/guest.sh threads $(BUILD)/kernel-debug/tests/threads/stress.elf direct:4:64

# Times are compared in virtual time: with a busy machine some processors of the emulated one stand still while their clocks go on.
FAIR_WORDS ?= 60 10

test-threads-fair: $(FAIR_GUEST) rig-ready-direct
	@tests/boot/guest.sh fair $(FAIR_GUEST) direct:4:64 "direct:4:64:--exact=repeat:$(FAIR_WORDS)"

.PHONY: threads-guests test-threads test-threads-debug test-threads-fair
TESTS += test-threads test-threads-debug test-threads-fair
