# fakexen, the model of the hypervisor, and how a lab's unit tests are linked with it: build/labs/NN-name/unit.
#
# The files under test are compiled twice. "checked": with the sanitizers; these are tested by their own names.
# "as-built": with the kernel's own flags, their names prefixed by as_built_, for the tests that care which accesses
# the compiler makes, and for the explorer (explore.h), which gets a chance before
# each instruction. The code of both is put into the section kernel_text, so that system calls made there can be caught.
UNIT_CC ?= $(HOST_CC)
FAKEXEN_BUILD := $(BUILD)/fakexen$(VARIANT)
LABS_BUILD := $(BUILD)/labs$(VARIANT)

FAKEXEN_SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all
FAKEXEN_CFLAGS = -std=gnu11 -D_GNU_SOURCE -g -O1 -fno-pie -fno-omit-frame-pointer -fno-optimize-sibling-calls \
    -ffile-prefix-map=$(CURDIR)=. $(FAKEXEN_SANITIZERS) -Wall -Wextra -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes $(if $(CI),-Werror) $(if $(LAB_TREE)$(OPEN),-Wno-unused-function -Wno-unused-parameter) \
    -I. -Ikernel/include -isystem $(XEN_HEADERS) $(DEFINES) \
    -Dmachine_to_phys_mapping=fakexen_m2p -include tests/fakexen/m2p.h
# The kernel's memory functions are the C library's too, which the sanitizers watch: the kernel's get other names.
FAKEXEN_RENAMED := $(foreach name,memcpy memmove memset memcmp,-D$(name)=kernel_$(name))
$(FAKEXEN_BUILD)/checked/kernel/mm/bytes.c.o: FAKEXEN_ONLY = $(FAKEXEN_RENAMED)
# critical_deliver keeps the general registers, so that it must use no others.
$(FAKEXEN_BUILD)/checked/kernel/cpu/critical.c.o: FAKEXEN_ONLY = -mgeneral-regs-only
AS_BUILT_CFLAGS = $(KERNEL_CFLAGS) -ffile-prefix-map=$(CURDIR)=. -fno-function-sections -fno-data-sections \
    -Dmachine_to_phys_mapping=fakexen_m2p -include tests/fakexen/m2p.h

# Above the fake domain's memory, which lies where the kernel's is; below 4 GiB and where the sanitizer allows programs.
FAKEXEN_LDFLAGS = $(FAKEXEN_SANITIZERS) -no-pie -Wl,-Ttext-segment=0x40000000 -Wl,-z,noexecstack
FAKEXEN_LIBRARIES := -lcunit -ldw -lelf

FAKEXEN_OBJECTS := $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard tests/fakexen/*.[cS] tests/fakexen/runner/*.c))

# Into the section whose bounds the linker names; the holes' records likewise.
FAKEXEN_PLACE := objcopy --rename-section .text=kernel_text --rename-section .text.unlikely=kernel_text \
    --rename-section .lab_todo=lab_todo

$(FAKEXEN_BUILD)/%.o: % | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(UNIT_CC) $(FAKEXEN_CFLAGS) -MMD -MP -c $< -o $@

$(FAKEXEN_BUILD)/checked/%.o: % | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$< with sanitizers)
	$(Q)$(UNIT_CC) $(FAKEXEN_CFLAGS) $(FAKEXEN_ONLY) -MMD -MP -c $< -o $@

$(FAKEXEN_BUILD)/as-built/%.o: % tests/fakexen/points.awk | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$< as the kernel is built)
	$(Q)$(KERNEL_CC) $(AS_BUILT_CFLAGS) -MMD -MP -MT $@ -MF $(@:.o=.d) $(if $(filter %.S,$<),-E,-S) $< -o $@.s
	$(Q)awk -f tests/fakexen/points.awk $@.s > $@.points.s
	$(Q)$(KERNEL_CC) -g -c $@.points.s -o $@

# $(call place_checked,OUTPUT,OBJECTS) and $(call place_as_built,OUTPUT,OBJECTS): one object of all, in its section.
define place_checked
	$(Q)ld -r -o $(1) $(2)
	$(Q)$(FAKEXEN_PLACE) $(1)
endef
define place_as_built
	$(Q)ld -r -o $(1) $(2)
	$(Q)nm -g --defined-only $(1) | awk '{print $$3, "as_built_" $$3}' > $(1).names
	$(Q)$(FAKEXEN_PLACE) --redefine-syms=$(1).names $(1)
endef

# $(call unit_program,PROGRAM,TEST OBJECTS,FILES UNDER TEST)
define unit_program
$(1).checked.o: $(patsubst %,$(FAKEXEN_BUILD)/checked/%.o,$(3))
	@mkdir -p $$(@D)
	$$(call place_checked,$$@,$$^)
$(1).as-built.o: $(patsubst %,$(FAKEXEN_BUILD)/as-built/%.o,$(3))
	@mkdir -p $$(@D)
	$$(call place_as_built,$$@,$$^)
$(1): $(2) $(FAKEXEN_OBJECTS) $(1).checked.o $(1).as-built.o
	$$(call say,LINK,$$@)
	$(Q)$(UNIT_CC) $(FAKEXEN_LDFLAGS) -o $$@ $$^ $(FAKEXEN_LIBRARIES)
-include $(patsubst %.o,%.d,$(2) $(patsubst %,$(FAKEXEN_BUILD)/checked/%.o,$(3)) \
    $(patsubst %,$(FAKEXEN_BUILD)/as-built/%.o,$(3)))
endef

# The program around a lab's tests; other programs have a main of their own.
UNIT_MAIN := $(wildcard tests/fakexen/unit/*.c)
# A lab's tests: labs/NN-name/tests/tests.mk names in UNIT_FILES_NN-name what is tested.
LABS_WITH_TESTS := $(patsubst labs/%/tests/tests.mk,%,$(wildcard labs/*/tests/tests.mk))
include $(wildcard labs/*/tests/tests.mk)
lab_unit_objects = $(patsubst %,$(FAKEXEN_BUILD)/%.o,$(wildcard labs/$(1)/tests/unit/*.[cS]) $(UNIT_MAIN))
$(foreach lab,$(LABS_WITH_TESTS),$(eval $(call unit_program,$(LABS_BUILD)/$(lab)/unit,\
    $(call lab_unit_objects,$(lab)),$(UNIT_FILES_$(lab)))))

# A lab's tests inside a guest: labs/NN-name/tests/xen as an application, build/labs/NN-name/xen.elf.
lab_xen_objects = $(patsubst %,$(KERNEL_BUILD)/%.o,$(wildcard labs/$(1)/tests/xen/*.[cS] tests/ktap/*.c)) \
    $(KERNEL_BUILD)/labs/$(1)/name.o

$(KERNEL_BUILD)/labs/%/name.o:
	@mkdir -p $(@D)
	$(Q)printf 'extern const char application_name[];\nconst char application_name[] = "%s";\n' 'tests of $*' | \
	    $(KERNEL_CC) $(KERNEL_CFLAGS) -x c -c - -o $@

define xen_image
$(LABS_BUILD)/$(1)/xen.elf: $(call lab_xen_objects,$(1)) $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)
	$$(call link_image,$$@,$(call lab_xen_objects,$(1)) $(KERNEL_OBJECTS))
-include $(patsubst %.o,%.d,$(call lab_xen_objects,$(1)))
endef
$(foreach lab,$(LABS_WITH_TESTS),$(eval $(call xen_image,$(lab))))

-include $(patsubst %.o,%.d,$(FAKEXEN_OBJECTS))

# fakexen's own tests.
SELF_OBJECTS := $(patsubst %,$(FAKEXEN_BUILD)/%.o,tests/fakexen/self/suites.c tests/fakexen/self/memory.c \
    tests/fakexen/self/explorer.c tests/fakexen/self/vcpus.c tests/fakexen/self/upcalls.c $(UNIT_MAIN))
$(eval $(call unit_program,$(BUILD)/tests/fakexen-self,$(SELF_OBJECTS),\
    kernel/xen/hypercall.S kernel/cpu/critical.c tests/fakexen/self/victims.c tests/fakexen/self/concurrent.c \
    tests/fakexen/self/entries.S))

$(BUILD)/tests/fakexen-refuse: tests/fakexen/self/refuse.c | $(HOST_READY)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $<

test-fakexen: $(BUILD)/tests/fakexen-self $(BUILD)/tests/fakexen-refuse
	@tests/fakexen/self/check $^
.PHONY: test-fakexen

# The reference, against each lab's unit tests.
UNIT_PROGRAMS := $(patsubst %,$(LABS_BUILD)/%/unit,$(LABS_WITH_TESTS))

test-units: $(UNIT_PROGRAMS)
	@for program in $^; do $$program || exit; done
.PHONY: test-units
TESTS += test-fakexen test-units
