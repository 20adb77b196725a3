# Unit tests of the C library's port, on the build machine. What calls newlib is compiled with newlib's headers.
LIBC_TESTS := error setjmp complex lock
LIBC_TEST_PROGRAMS := $(patsubst %,$(BUILD)/tests/libc/%,$(LIBC_TESTS))
LIBC_UNIT := $(BUILD)/tests/libc/unit
LIBC_NEWLIB_CFLAGS = -isystem $(NEWLIB)/include $(shell cat lib/libc/newlib.flags)

$(LIBC_UNIT)/error.o $(LIBC_UNIT)/lock.o: UNIT_INCLUDES = $(LIBC_NEWLIB_CFLAGS)
# The build machine's libraries have these functions too: ours go by another name here.
$(LIBC_UNIT)/complex.o: UNIT_INCLUDES = $(foreach f,mulsc3 muldc3 mulxc3,-D__$(f)=kernel_$(f))
$(LIBC_UNIT)/setjmp.o: UNIT_INCLUDES = -Dsetjmp=kernel_setjmp -Dlongjmp=kernel_longjmp

$(LIBC_UNIT)/%.o: lib/libc/%.c $(NEWLIB)/complete | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) $(UNIT_INCLUDES) -MMD -MP -c $< -o $@

$(LIBC_UNIT)/%.o: lib/libc/%.S
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_INCLUDES) -c $< -o $@

$(LIBC_UNIT)/expected.h: tests/libc/expected.awk $(NEWLIB)/complete $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)echo '#include <errno.h>' | $(HOST_CC) -E -dM -isystem $(NEWLIB)/include - | \
	    awk -f $< - $(XEN_HEADERS)/xen/errno.h > $@

$(BUILD)/tests/libc/error: $(LIBC_UNIT)/expected.h
$(BUILD)/tests/libc/setjmp: tests/libc/registers_lost.S

$(LIBC_TEST_PROGRAMS): $(BUILD)/tests/libc/%: tests/libc/%.c $(LIBC_UNIT)/%.o tests/tap/tap.c tests/tap/tap.h
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -I$(LIBC_UNIT) -o $@ $(filter %.c %.o %.S,$^) -lcunit -lm

-include $(wildcard $(LIBC_UNIT)/*.d)

test-libc: $(LIBC_TEST_PROGRAMS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-libc
TESTS += test-libc
