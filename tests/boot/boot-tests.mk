# Boots on Xen: the kernel as it should be, and each of its crashes.
test-boot: $(BUILD)/bin/rig $(BUILD)/apps/tour.elf $(BUILD)/apps/hello.elf rig-ready-direct rig-ready-domain
	@$(MAKE) $(BUILD)/apps-open-boot/hello.elf OPEN=boot
	@tests/boot/boot.sh

test-faults-direct: $(BUILD)/bin/rig $(BUILD)/apps/faults.elf rig-ready-direct
	@tests/boot/faults.sh direct null text data jump stack divide smash panic abort exit

test-faults-domain: $(BUILD)/bin/rig $(BUILD)/apps/faults.elf rig-ready-domain
	@tests/boot/faults.sh domain stack panic null

.PHONY: test-boot test-faults-direct test-faults-domain
TESTS += test-boot test-faults-direct test-faults-domain
