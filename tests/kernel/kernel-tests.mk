# Unit tests of kernel files that need no hypervisor: compiled for the build machine, with its sanitizers.
KERNEL_TESTS := format options bytes clock walk
KERNEL_UNITS := kernel/xen/format.c kernel/boot/options.c kernel/mm/bytes.c kernel/sched/clock.c

UNIT_CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra $(if $(CI),-Werror) -fsanitize=address,undefined \
    -fno-sanitize-recover=all -I. -Ikernel/include -isystem $(XEN_HEADERS) -D__XEN_INTERFACE_VERSION__=0x00040d00
KERNEL_UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/tests/%.o,$(KERNEL_UNITS))
KERNEL_TEST_PROGRAMS := $(patsubst %,$(BUILD)/tests/kernel/%,$(KERNEL_TESTS))

# The C library has these functions too: ours go by another name here.
$(BUILD)/tests/kernel/mm/bytes.o: RENAME := $(foreach f,memcpy memmove memset memcmp,-D$(f)=kernel_$(f))

$(BUILD)/tests/kernel/%.o: kernel/%.c | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) $(RENAME) -MMD -MP -c $< -o $@

$(KERNEL_TEST_PROGRAMS): $(BUILD)/tests/kernel/%: tests/kernel/%.c tests/kernel/vcpu.c tests/tap/tap.c tests/tap/tap.h $(KERNEL_UNIT_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit

-include $(KERNEL_UNIT_OBJECTS:.o=.d)

# With a clock, a reader and a hypervisor of its own.
SHUTDOWN_OBJECTS := $(addprefix $(BUILD)/tests/kernel/,xen/shutdown.o xen/console.o xen/format.o mm/bytes.o)
$(BUILD)/tests/kernel/shutdown: tests/kernel/shutdown.c tests/kernel/vcpu.c tests/tap/tap.c tests/tap/tap.h $(SHUTDOWN_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit
-include $(SHUTDOWN_OBJECTS:.o=.d)

# With a scheduler of its own.
SLICE_OBJECTS := $(addprefix $(BUILD)/tests/kernel/,sched/slice.o sched/clock.o)
$(BUILD)/tests/kernel/slice: tests/kernel/slice.c tests/kernel/vcpu.c tests/tap/tap.c tests/tap/tap.h $(SLICE_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit
-include $(SLICE_OBJECTS:.o=.d)

test-kernel: $(KERNEL_TEST_PROGRAMS) $(BUILD)/tests/kernel/shutdown $(BUILD)/tests/kernel/slice
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-kernel
TESTS += test-kernel
