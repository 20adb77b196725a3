# A guest's life under the toolstack: asked to end, to begin anew, saved and restored, with fewer vCPUs and less memory.
LIFE_GUEST := $(KERNEL_BUILD)/tests/life/guest.elf
LIFE_GUEST_OBJECTS := $(KERNEL_BUILD)/tests/life/guest.c.o $(KERNEL_BUILD)/apps/life/name.o

$(KERNEL_BUILD)/tests/life/%.c.o: tests/life/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(LIFE_GUEST): $(LIFE_GUEST_OBJECTS) $(KERNEL_ARCHIVE) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(LIFE_GUEST_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_ARCHIVE) $(LIBC_LIBRARIES))
-include $(LIFE_GUEST_OBJECTS:.o=.d)

test-life: $(BUILD)/bin/rig $(LIFE_GUEST) rig-ready-domain
	@tests/life/life.sh $(LIFE_GUEST) 1 orders plug
.PHONY: test-life
TESTS += test-life

soak-life: $(BUILD)/bin/rig $(LIFE_GUEST) rig-ready-domain
	@tests/life/life.sh $(LIFE_GUEST) 20 save
.PHONY: soak-life
