# What a fresh machine needs before anything can be built: host packages, Xen, dom0's packages, newlib. Each script takes
# a lock of its own, leaves nothing half-made, and does nothing quickly when its work is done.
export CACHE

SETUP := tools/setup
SETUP_SHARED := $(SETUP)/common.sh $(SETUP)/apt.sh

HOST_READY := $(BUILD)/host-ready
XEN_HEADERS := $(BUILD)/xen/include
NEWLIB := $(BUILD)/newlib

$(HOST_READY): $(SETUP)/host-packages.list $(SETUP)/host-packages
	@$(SETUP)/host-packages
	@mkdir -p $(@D)
	@touch $@

# Which versions this tree was made from: follows the cache's list when that changes.
$(BUILD)/packages.taken: $(SETUP)/packages.list $(SETUP)/pins $(SETUP)/fetch-packages $(SETUP)/fetch-pinned $(SETUP_SHARED)
	@$(SETUP)/fetch-pinned libxen-dev
	@$(SETUP)/fetch-packages
	@mkdir -p $(@D)
	@cp $(CACHE)/packages/taken $@

$(BUILD)/xen/headers.stamp $(BUILD)/xen/hypervisor &: $(BUILD)/packages.taken $(SETUP)/unpack-xen
	@echo "unpacking Xen into $(BUILD)/xen"
	@$(SETUP)/unpack-xen $(BUILD)

$(BUILD)/dom0/packages.stamp: $(BUILD)/packages.taken $(SETUP)/unpack-dom0
	@echo "unpacking dom0's packages into $(BUILD)/dom0/packages"
	@$(SETUP)/unpack-dom0 $(BUILD)

NEWLIB_INPUTS := $(SETUP)/pins $(SETUP)/newlib $(SETUP)/newlib-build lib/libc/newlib.flags \
    lib/libc/include/sys/_pthreadtypes.h lib/libc/include/machine/setjmp.h

$(NEWLIB)/complete: $(NEWLIB_INPUTS) $(SETUP_SHARED) | $(HOST_READY)
	@$(SETUP)/newlib $(BUILD)
