# Domain runs of the rig: whole runs of its test guest, and the warm machine that they start from.
test-rig-domain: $(BUILD)/bin/rig $(BUILD)/tests/rig/guest.elf rig-ready-domain
	@tests/rig/domain.sh
	@tests/rig/script.sh
	@tests/rig/warm.sh

.PHONY: test-rig-domain
TESTS += test-rig-domain
