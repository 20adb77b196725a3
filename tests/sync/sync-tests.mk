# What threads wait for. On the build machine: the kernel's own files, on threads whose order a seed decides.
SYNC_TESTS := mutex condition semaphore rwlock together
SYNC_UNITS := kernel/sched/wait.c $(wildcard kernel/sync/*.c)
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
