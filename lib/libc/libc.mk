# The C library for applications: newlib from the cache, and the port that ties it to the kernel. An image with it links
# $(LIBC_OBJECTS) and then $(LIBC_LIBRARIES).
LIBC_SOURCES := $(addprefix lib/libc/,start.c files.c process.c heap.c time.c lock.c reent.c error.c complex.c setjmp.S)
LIBC_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(LIBC_SOURCES))
LIBC_LIBRARIES := -Wl,--start-group $(NEWLIB)/lib/libc.a $(NEWLIB)/lib/libm.a -Wl,--end-group

# For everything that includes newlib's headers. Code above the kernel runs in threads only: it may use SSE.
LIBC_CFLAGS = $(TARGET_CFLAGS) -D__XEN_INTERFACE_VERSION__=0x00040d00 $(shell cat lib/libc/newlib.flags) \
    -isystem $(NEWLIB)/include

$(BUILD)/lib/libc/%.c.o: lib/libc/%.c lib/libc/newlib.flags $(NEWLIB)/complete | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(LIBC_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/lib/libc/%.S.o: lib/libc/%.S lib/libc/newlib.flags | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(LIBC_CFLAGS) -MMD -MP -c $< -o $@

-include $(LIBC_OBJECTS:.o=.d)
