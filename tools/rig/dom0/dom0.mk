# The small Linux that domain runs have beside the guest: its kernel, its first file system, and the runner inside it.
DOM0 := tools/rig/dom0
DOM0_LIBRARIES := $(BUILD)/dom0/packages/usr/lib/x86_64-linux-gnu
RUNNER_SOURCES := $(wildcard $(DOM0)/*.c)

# Xen's own headers want GNU C and are not as quiet as we are: hence gnu11 and -isystem.
RUNNER_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
    -isystem $(XEN_HEADERS) $(if $(CI),-Werror)

$(BUILD)/dom0/vmlinux: $(DOM0)/make-vmlinux.sh $(BUILD)/dom0/packages.stamp | $(HOST_READY)
	@echo "unpacking dom0's kernel"
	@$< $(BUILD)/dom0/packages $@

# Linked with the very libraries that dom0 has; their versions are those of Debian's packages.
$(BUILD)/dom0/runner: $(RUNNER_SOURCES) $(wildcard $(DOM0)/*.h) $(BUILD)/dom0/packages.stamp \
    $(BUILD)/xen/headers.stamp | $(HOST_READY)
	$(call say,LINK,$@)
	$(Q)$(HOST_CC) $(RUNNER_CFLAGS) -o $@ $(RUNNER_SOURCES) -Wl,-rpath-link,$(DOM0_LIBRARIES) \
	    $(addprefix -l:,libxenctrl.so.4.17 libxenstore.so.4 libxenevtchn.so.1 libxengnttab.so.1) -L$(DOM0_LIBRARIES)

$(BUILD)/dom0/initrd.gz: $(DOM0)/make-initrd.sh $(addprefix $(DOM0)/,init prelude.sh vif block modules) $(BUILD)/dom0/runner
	@echo "making dom0's first file system"
	@$< $(BUILD)/dom0/packages $(BUILD)/dom0/runner $@

# What domain runs need beyond the rig and the hypervisor.
.PHONY: dom0
dom0: $(BUILD)/dom0/vmlinux $(BUILD)/dom0/initrd.gz
