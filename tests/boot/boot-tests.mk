# Boots on Xen: the kernel as it should be, and each of its crashes.
test-boot: $(BUILD)/bin/rig $(BUILD)/apps/tour.elf $(BUILD)/apps/hello.elf rig-ready-direct rig-ready-domain \
    test-variants
	@tests/boot/boot.sh

test-faults-direct: $(BUILD)/bin/rig $(BUILD)/apps/faults.elf rig-ready-direct
	@tests/boot/faults.sh direct $(BUILD)/apps/faults.elf null text data jump stack divide smash region panic abort exit
	@VCPUS=4 tests/boot/faults.sh direct $(BUILD)/apps/faults.elf thread busy both sleep

test-faults-domain: $(BUILD)/bin/rig $(BUILD)/apps/faults.elf rig-ready-domain
	@tests/boot/faults.sh domain $(BUILD)/apps/faults.elf stack panic null

# What only a kernel with the heap that looks for mistakes finds.
test-faults-debug: rig-ready-direct test-variants
	@tests/boot/faults.sh direct $(BUILD)/apps-debug/faults.elf freed

.PHONY: test-boot test-faults-direct test-faults-domain test-faults-debug
TESTS += test-boot test-faults-direct test-faults-domain test-faults-debug

ROUNDS ?= 500

soak: $(BUILD)/bin/rig $(BUILD)/apps/tour.elf threads-guests $(KERNEL_BUILD)/tests/xenstore/guest.elf $(KERNEL_BUILD)/tests/life/guest.elf rig-ready-domain ## Boot hundreds of times under stress and see that nothing ever fails (ROUNDS=500)
	@$(MAKE) DEBUG=1 threads-guests
	@tests/boot/soak.sh $(ROUNDS)
	@tests/xenstore/xenstore.sh $(KERNEL_BUILD)/tests/xenstore/guest.elf 10000
	@tests/life/life.sh $(KERNEL_BUILD)/tests/life/guest.elf 20 save
.PHONY: soak
