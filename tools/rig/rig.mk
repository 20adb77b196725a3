#What the rig needs beyond a host program 's rule: Xen' s public headers,                          \
    for the numbers of the ELF notes.
RIG_OBJECTS := $(call host_objects,$(wildcard tools/rig/*.c))

$(RIG_OBJECTS): HOST_CFLAGS += -isystem $(XEN_HEADERS)
$(RIG_OBJECTS): | $(BUILD)/xen/headers.stamp

# All that a direct run needs beside its kernel.
rig-ready-direct: $(BUILD)/bin/rig $(BUILD)/xen/hypervisor
.PHONY: rig-ready-direct

include tools/rig/dom0/dom0.mk
