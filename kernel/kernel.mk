# Building the kernel: its objects, its linker script, and how an application becomes an image.
include kernel/sources.mk

# The highest level that exists; `make LEVEL=N` builds the kernel as it is at lab N.
LEVEL_HIGHEST := $(lastword $(foreach level,1 2 3 4 5 6 7 8 9,$(if $(KERNEL_$(level)),$(level))))
LEVEL ?= $(LEVEL_HIGHEST)
ifneq ($(filter-out 1 2 3 4 5 6 7 8 9,$(LEVEL))$(shell test "$(LEVEL)" -le $(LEVEL_HIGHEST) 2>/dev/null || echo no),)
$(error LEVEL=$(LEVEL): there are the levels 1 to $(LEVEL_HIGHEST))
endif

KERNEL_CC ?= gcc
LEVELS := $(wordlist 1,$(LEVEL),1 2 3 4 5 6 7 8 9)
# DEBUG=1: the heap that looks for its users' mistakes, and locks whose order is asserted.
NOT_BUILT := $(if $(DEBUG),kernel/mm/heap.c,$(addprefix kernel/,mm/heap_debug.c mm/heap_report.c sync/lock_check.c))
KERNEL_SOURCES := $(filter-out $(NOT_BUILT),$(foreach level,$(LEVELS),$(KERNEL_$(level))))
upper = $(shell echo '$(1)' | tr a-z A-Z)

# SOLUTION_X: the reference's answer to lab X. `OPEN=boot` leaves that lab's holes open instead.
OPEN ?=
LEVEL_DEFINES := $(patsubst %,-DHAVE_%,$(call upper,$(wordlist 1,$(LEVEL),$(LEVEL_NAMES))))
DEFINES := $(patsubst %,-DSOLUTION_%,$(call upper,$(filter-out $(OPEN),$(LEVEL_NAMES)))) $(LEVEL_DEFINES) \
    $(if $(DEBUG),-DDEBUG_LOCKS) -D__XEN_INTERFACE_VERSION__=0x00040d00

TARGET_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mcmodel=small -mno-red-zone \
    -fno-omit-frame-pointer -fno-optimize-sibling-calls -fstack-protector-strong -mstack-protector-guard=global \
    -fcf-protection=none -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -fno-common \
    -ffile-prefix-map=$(CURDIR)/= \
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(if $(CI),-Werror) \
    $(if $(LAB_TREE)$(OPEN),-Wno-unused-function -Wno-unused-parameter) \
    -I. -Ikernel/include -isystem $(XEN_HEADERS)
KERNEL_CFLAGS := $(TARGET_CFLAGS) -mgeneral-regs-only $(DEFINES)

# Kernels that are not the whole one are built in folders of their own, and so are their images.
VARIANT := $(if $(filter $(LEVEL_HIGHEST),$(LEVEL)),,-level-$(LEVEL))$(if $(OPEN),-open-$(OPEN))$(if $(DEBUG),-debug)
KERNEL_BUILD := $(BUILD)/kernel$(VARIANT)
IMAGES := $(BUILD)/apps$(VARIANT)
KERNEL_OBJECTS := $(patsubst %,$(KERNEL_BUILD)/%.o,$(KERNEL_SOURCES))
# An image contains of it what it uses: see stardust/part.h. It comes before newlib: the kernel's memcpy is the one that counts.
KERNEL_ARCHIVE := $(KERNEL_BUILD)/kernel.a
KERNEL_SCRIPT := $(KERNEL_BUILD)/kernel.lds

$(KERNEL_BUILD)/%.c.o: %.c | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(KERNEL_CFLAGS) -MMD -MP -c $< -o $@

$(KERNEL_BUILD)/%.S.o: %.S | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(KERNEL_CFLAGS) -MMD -MP -c $< -o $@

$(KERNEL_ARCHIVE): $(KERNEL_OBJECTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(KERNEL_SCRIPT): kernel/boot/kernel.lds kernel/include/stardust/layout.h
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) -E -P -x c -Ikernel/include $< -o $@

KERNEL_LDFLAGS = -nostdlib -static -Wl,-T,$(KERNEL_SCRIPT) -Wl,--build-id=none -Wl,--gc-sections \
    -Wl,-z,noexecstack -Wl,--nmagic -Wl,--fatal-warnings

# $(call link_image,OUTPUT,OBJECTS AND LIBRARIES): link twice, since the table of the functions' names needs their
# addresses. It lies behind the code, so the second link moves none of them.
define link_image
	$(Q)printf '' | awk -f kernel/cpu/symbols.awk > $(1).none.S
	$(Q)$(KERNEL_CC) -c $(1).none.S -o $(1).none.o
	$(Q)$(KERNEL_CC) $(KERNEL_LDFLAGS) -o $(1).first $(2) $(1).none.o
	$(Q)nm -n $(1).first | awk -f kernel/cpu/symbols.awk > $(1).symbols.S
	$(Q)$(KERNEL_CC) -c $(1).symbols.S -o $(1).symbols.o
	$(Q)$(KERNEL_CC) $(KERNEL_LDFLAGS) -o $(1) $(2) $(1).symbols.o
	$(Q)rm -f $(1).none.[So] $(1).first $(1).symbols.[So]
endef

-include $(patsubst %.o,%.d,$(KERNEL_OBJECTS))
