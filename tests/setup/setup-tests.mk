# Tests of the set-up scripts, without a network.
SETUP_TESTS := $(addprefix tests/setup/,fetch.sh run.sh host-packages.sh doctor.sh)

test-setup: | $(HOST_READY)
	@for program in $(SETUP_TESTS); do timeout 120 $$program || failed=1; done; [ -z "$$failed" ]
.PHONY: test-setup
TESTS += test-setup
