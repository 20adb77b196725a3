# What a fresh machine needs before anything can be built: host packages, Xen, dom0's packages, newlib. Each script takes
# a lock of its own, leaves nothing half-made, and is quick and silent when its work is done.
ifeq ($(XDG_CACHE_HOME)$(HOME),)
CACHE := $(shell getent passwd "$$(id -u)" | cut -d: -f6)/.cache/stardust
endif
export CACHE

SETUP := tools/setup
HOST_READY := $(BUILD)/host-ready
XEN_HEADERS := $(BUILD)/xen/include
NEWLIB := $(BUILD)/newlib

.PHONY: setup doctor
setup: $(HOST_READY) $(BUILD)/xen/headers.stamp $(BUILD)/dom0/packages.stamp $(NEWLIB)/complete ## Fetch and build what all the rest needs (others call it)

doctor: ## Check this machine: what is missing, and what to type
	@$(SETUP)/doctor $(BUILD)

$(HOST_READY): $(SETUP)/host-packages.list $(SETUP)/host-packages
	@$(SETUP)/host-packages
	@mkdir -p $(@D)
	@touch $@

# Which versions this tree is made from. A change of it unpacks them anew, and remakes the warm machine.
$(BUILD)/packages.taken: $(addprefix $(SETUP)/,packages.list pins fetch-packages fetch-pinned apt.sh common.sh) | $(HOST_READY)
	@$(SETUP)/fetch-pinned libxen-dev
	@$(SETUP)/fetch-packages
	@mkdir -p $(@D)
	@cp "$(CACHE)/packages/taken" $@

$(BUILD)/xen/headers.stamp $(BUILD)/xen/hypervisor &: $(BUILD)/packages.taken $(SETUP)/unpack-xen
	@$(SETUP)/unpack-xen $(BUILD)

$(BUILD)/dom0/packages.stamp: $(BUILD)/packages.taken $(SETUP)/unpack-dom0
	@$(SETUP)/unpack-dom0 $(BUILD)

$(NEWLIB)/complete: $(addprefix $(SETUP)/,pins newlib newlib-build common.sh) lib/libc/newlib.flags \
    lib/libc/include/sys/_pthreadtypes.h lib/libc/include/machine/setjmp.h | $(HOST_READY)
	@$(SETUP)/newlib $(BUILD)
