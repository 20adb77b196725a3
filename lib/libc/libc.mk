# The C library for applications: newlib from the cache, and the port that ties it to the kernel. An image with it links
# $(LIBC_OBJECTS) and then $(LIBC_LIBRARIES).
# Before the kernel has a heap, malloc is newlib's, on boot memory.
LIBC_MALLOC := $(if $(filter 1,$(LEVEL)),sbrk.c,heap.c)
# Before there are threads, its locks are never waited for, and there is one errno.
LIBC_THREADS := $(if $(filter 1 2,$(LEVEL)),lock.c reent.c,lock_threads.c reent_threads.c)
# And before there is a toolstack to talk to, nobody asks us to end.
LIBC_END := $(if $(filter 1 2 3 4 5,$(LEVEL)),,lifecycle.c)
LIBC_SOURCES := $(addprefix lib/libc/,start.c assert.c $(LIBC_END) files.c process.c cancel.c $(LIBC_MALLOC) $(LIBC_THREADS) time.c error.c \
    complex.c setjmp.S)
LIBC_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(LIBC_SOURCES))
LIBC_LIBRARIES := -Wl,--start-group $(NEWLIB)/lib/libc.a $(NEWLIB)/lib/libm.a -Wl,--end-group

# For everything that includes newlib's headers. Code above the kernel runs in threads only: it may use SSE.
LIBC_CFLAGS = $(TARGET_CFLAGS) -D__XEN_INTERFACE_VERSION__=0x00040d00 $(strip $(file < lib/libc/newlib.flags)) \
    -isystem $(NEWLIB)/include

$(BUILD)/lib/libc/%.c.o: lib/libc/%.c lib/libc/newlib.flags $(NEWLIB)/complete | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(LIBC_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/lib/libc/%.S.o: lib/libc/%.S lib/libc/newlib.flags | $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(LIBC_CFLAGS) -MMD -MP -c $< -o $@

# What only calls on is a jump: malloc and free add little to the heap's own time, and a report names their caller.
$(BUILD)/lib/libc/heap.c.o: TARGET_CFLAGS += -foptimize-sibling-calls

-include $(LIBC_OBJECTS:.o=.d)
