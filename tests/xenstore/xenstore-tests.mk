# The xenstore client on the build machine: the kernel's own files, fakexen's xenstored, threads in an order that a seed decides.
XENSTORE_TESTS := client watches hostile
XENSTORE_UNIT := $(BUILD)/tests/xenstore/unit
XENSTORE_CLIENT := $(patsubst %,$(XENSTORE_UNIT)/kernel/xen/xenstore%.o,.c _connection.c _errors.c _gate.c _operations.c _page.c \
    _transaction.c _watch.c _wire.c)
XENSTORE_AROUND := $(patsubst %,$(XENSTORE_UNIT)/%.o,kernel/sched/wait.c kernel/sync/mutex.c kernel/mm/bytes.c \
    kernel/xen/format.c tests/sync/explorer.c tests/fakexen/xenstored.c tests/fakexen/xenstored_answer.c \
    tests/fakexen/xenstored_tree.c tests/xenstore/host.c)
XENSTORE_TEST_PROGRAMS := $(patsubst %,$(BUILD)/tests/xenstore/%,$(XENSTORE_TESTS))
XENSTORE_CFLAGS = -Itests/xenstore/fake $(SYNC_CFLAGS) -fno-pie -no-pie

$(XENSTORE_UNIT)/kernel/%.o: XENSTORE_POINTS := -include tests/sync/points.h
# The C library has these functions too: ours go by another name here.
$(XENSTORE_UNIT)/kernel/mm/bytes.c.o: XENSTORE_POINTS := $(foreach f,memcpy memmove memset memcmp,-D$(f)=kernel_$(f))
# What the client keeps goes into a section of its own: a test makes it as it was at boot.
$(XENSTORE_CLIENT): XENSTORE_STATE := --rename-section .data=client_state \
    --rename-section .bss=client_state,alloc,load,data,contents

$(XENSTORE_UNIT)/%.c.o: %.c tests/sync/points.h | $(HOST_READY) $(BUILD)/xen/headers.stamp
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(XENSTORE_CFLAGS) $(XENSTORE_POINTS) -MMD -MP -c $< -o $@
	$(Q)$(if $(XENSTORE_STATE),objcopy $(XENSTORE_STATE) $@)

$(XENSTORE_TEST_PROGRAMS): $(BUILD)/tests/xenstore/%: tests/xenstore/%.c tests/tap/tap.c tests/tap/tap.h $(XENSTORE_CLIENT) \
    $(XENSTORE_AROUND)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(XENSTORE_CFLAGS) -o $@ $(filter %.c %.o,$^) -lcunit

-include $(XENSTORE_CLIENT:.o=.d) $(XENSTORE_AROUND:.o=.d)

test-xenstore: $(XENSTORE_TEST_PROGRAMS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-xenstore
TESTS += test-xenstore

# Inside a guest, beside the real xenstored.
XENSTORE_GUEST := $(KERNEL_BUILD)/tests/xenstore/guest.elf
XENSTORE_GUEST_OBJECTS := $(patsubst %.c,$(KERNEL_BUILD)/%.c.o,$(wildcard tests/xenstore/guest*.c)) \
    $(KERNEL_BUILD)/apps/xenstore-test/name.o

$(KERNEL_BUILD)/tests/xenstore/%.c.o: tests/xenstore/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

$(XENSTORE_GUEST): $(XENSTORE_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) kernel/cpu/symbols.awk
	$(call say,LINK,$@)
	$(call link_image,$@,$(XENSTORE_GUEST_OBJECTS) $(KERNEL_OBJECTS) $(LIBC_OBJECTS) $(LIBC_LIBRARIES))
-include $(XENSTORE_GUEST_OBJECTS:.o=.d)

TRANSACTIONS ?= 400

test-xenstore-guest: $(BUILD)/bin/rig $(XENSTORE_GUEST) rig-ready-domain
	@tests/xenstore/xenstore.sh $(XENSTORE_GUEST) $(TRANSACTIONS)
.PHONY: test-xenstore-guest
TESTS += test-xenstore-guest
