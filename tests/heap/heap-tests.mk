# The heap: its own arithmetic on the build machine, and the whole on Xen.

# An image that does one thing with the heap: in the folder of its kernel, since a debug build has one of its own.
HEAP_GUEST := $(KERNEL_BUILD)/tests/heap/guest.elf

$(KERNEL_BUILD)/tests/heap/guest.c.o: tests/heap/guest.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(HEAP_GUEST): $(KERNEL_BUILD)/tests/heap/guest.c.o $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) \
    kernel/cpu/symbols.awk $(NEWLIB)/complete
	$(call say,LINK,$@)
	$(call link_image,$@,$< $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))

-include $(KERNEL_BUILD)/tests/heap/guest.c.d
