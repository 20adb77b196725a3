# What threads wait for. On the build machine: the kernel's own files, on threads whose order a seed decides.
SYNC_TESTS := mutex condition semaphore rwlock together
SYNC_UNITS := kernel/sched/wait.c $(patsubst %,kernel/sync/%.c,mutex condition semaphore rwlock thread_barrier once)
SYNC_UNIT := $(BUILD)/tests/sync/unit
SYNC_OBJECTS := $(patsubst %.c,$(SYNC_UNIT)/%.o,$(SYNC_UNITS) tests/sync/explorer.c)
SYNC_TEST_PROGRAMS := $(patsubst %,$(BUILD)/tests/sync/%,$(SYNC_TESTS))
# Some of the kernel's headers are replaced by what the explorer has in their place. The address sanitizer cannot follow it from
# stack to stack.
SYNC_CFLAGS = -Itests/sync/fake $(UNIT_CFLAGS) -fno-sanitize=address $(DEFINES)

$(SYNC_UNIT)/kernel/%.o: SYNC_POINTS := -include tests/sync/points.h
$(SYNC_UNIT)/%.o: %.c tests/sync/points.h | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(SYNC_CFLAGS) $(SYNC_POINTS) -MMD -MP -c $< -o $@

$(SYNC_TEST_PROGRAMS): $(BUILD)/tests/sync/%: tests/sync/%.c tests/tap/tap.c tests/tap/tap.h tests/sync/explorer.h $(SYNC_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(SYNC_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit

-include $(SYNC_OBJECTS:.o=.d)

test-sync: $(SYNC_TEST_PROGRAMS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-sync
TESTS += test-sync

# Inside a guest: tests/sync/guest*.c with the C library, on Xen, with one vCPU and with several.
SYNC_GUEST := $(KERNEL_BUILD)/tests/sync/guest.elf
SYNC_GUEST_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/sync/guest*.c)) \
    $(KERNEL_BUILD)/apps/sync-test/name.o
SYNC_RUNS ?= direct:1:64 direct:2:64 direct:4:64

$(KERNEL_BUILD)/tests/sync/%.c.o: tests/sync/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(SYNC_GUEST): $(SYNC_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(SYNC_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))
-include $(SYNC_GUEST_OBJECTS:.o=.d)

test-sync-guest: $(SYNC_GUEST) rig-ready-direct
	@tests/boot/guest.sh sync $(SYNC_GUEST) $(SYNC_RUNS)
.PHONY: test-sync-guest
TESTS += test-sync-guest
