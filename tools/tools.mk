# The programs that we build for the build machine: build/bin/NAME from tools/NAME/*.c and tools/common/*.c.
HOST_CC ?= gcc
HOST_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Itools/common $(if $(CI),-Werror)

COMMON_SOURCES := $(wildcard tools/common/*.c)

# $(call host_objects,SOURCES): their object files.
host_objects = $(patsubst %.c,$(BUILD)/host/%.o,$(1))

$(BUILD)/host/%.o: %.c | $(HOST_READY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -MMD -MP -c $< -o $@

# $(call host_program,NAME,SOURCES,LIBRARIES): the rule for build/bin/NAME.
define host_program
$(BUILD)/bin/$(1): $(call host_objects,$(2) $(COMMON_SOURCES))
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)
	$(Q)$(HOST_CC) -o $$@ $$^ $(3)
-include $(patsubst %.o,%.d,$(call host_objects,$(2) $(COMMON_SOURCES)))
endef

$(eval $(call host_program,rig,$(wildcard tools/rig/*.c),-lcjson -ldw -lelf))
$(eval $(call host_program,mklab,$(wildcard tools/mklab/*.c),-linih))
$(eval $(call host_program,bench,$(wildcard tools/bench/*.c),-lcjson))

include tools/rig/rig.mk

# What a run of the rig needs, by mode.
rig-ready-direct: $(BUILD)/bin/rig $(BUILD)/xen/hypervisor
rig-ready-domain: rig-ready-direct dom0
.PHONY: rig-ready-direct rig-ready-domain

bench: $(addprefix $(BUILD)/bin/,bench rig grade mklab) $(addprefix $(BUILD)/apps/,hello.elf bench.elf) rig-ready-domain ## Measure speed and size (ONLY=name,... JSON=FILE)
	@$(BUILD)/bin/bench $(if $(ONLY),--only=$(ONLY)) $(if $(JSON),--json=$(JSON))
.PHONY: bench
