# The rig's own tests: units with the sanitizers, and whole runs of a test guest made for it.
RIG_TESTS := xendump image options console verdict printable story
RIG_TEST_PROGRAMS := $(patsubst %,$(BUILD)/tests/rig/%,$(RIG_TESTS))
RIG_GUEST := $(BUILD)/tests/rig/guest.elf

RIG_TEST_CFLAGS = -std=c11 -D_GNU_SOURCE -g -O1 -Wall -Wextra $(if $(CI),-Werror) -fsanitize=address,undefined \
    -fno-sanitize-recover=all -I. -Itools/common -Itools/rig -isystem $(XEN_HEADERS)
RIG_UNITS := $(filter-out tools/rig/main.c,$(wildcard tools/rig/*.c)) $(COMMON_SOURCES)
RIG_UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/tests/rig/units/%.o,$(RIG_UNITS))

$(BUILD)/tests/rig/units/%.o: %.c | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$< (sanitizers))
	$(Q)$(HOST_CC) $(RIG_TEST_CFLAGS) -MMD -MP -c $< -o $@

-include $(RIG_UNIT_OBJECTS:.o=.d)

$(RIG_TEST_PROGRAMS): $(BUILD)/tests/rig/%: tests/rig/%.c tests/tap/tap.c tests/tap/tap.h $(RIG_UNIT_OBJECTS)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(RIG_TEST_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit -lcjson -ldw -lelf

RIG_GUEST_CFLAGS = -g -O1 -Wall -Wextra -ffreestanding -fno-pie -mno-red-zone -mgeneral-regs-only \
    -fno-stack-protector -fcf-protection=none -fno-omit-frame-pointer -fno-optimize-sibling-calls \
    -fno-asynchronous-unwind-tables -isystem $(XEN_HEADERS) -D__XEN_INTERFACE_VERSION__=0x00040d00

$(RIG_GUEST): $(addprefix tests/rig/guest/,guest.lds entry.S guest.c ring.c ring.h) | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(HOST_CC) $(RIG_GUEST_CFLAGS) -nostdlib -static -no-pie -Wl,-T,$< -Wl,--build-id=none \
	    -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments -o $@ $(filter-out %.lds %.h,$^)

test-rig-unit: $(RIG_TEST_PROGRAMS) $(RIG_GUEST)
	@for program in $(RIG_TEST_PROGRAMS); do $$program || failed=1; done; [ -z "$$failed" ]

test-rig: $(BUILD)/bin/rig $(RIG_GUEST) rig-ready-direct
	@tests/rig/direct.sh
	@tests/rig/input.sh
	@tests/rig/interrupt.sh

.PHONY: test-rig-unit test-rig
TESTS += test-rig-unit test-rig
