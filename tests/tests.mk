# `make test`: every folder under tests/ adds its targets to TESTS; each prints TAP lines.
TESTS :=
include $(wildcard tests/*/*.mk)

# What takes longest begins first.
LONGEST := test-lab-proof
TESTS_IN_ORDER = $(filter $(LONGEST),$(TESTS)) $(filter-out $(LONGEST),$(TESTS))

test: ## Run every test: units, boots on Xen, the labs' proofs (ONLY=test-kernel for one part)
	@tests/run $(MAKE) $(or $(ONLY),$(TESTS_IN_ORDER))
.PHONY: test

# The commands of a test run in a shell that keeps what they print: tests/recorded.
$(TESTS): private SHELL := tests/recorded
$(TESTS): private export TEST = $@

# Images of other kernels than the whole one, made when what they share with it is there.
test-variants: apps heap-guest threads-guests $(CLANG_READY)
	@$(MAKE) OPEN=boot $(BUILD)/apps-open-boot/hello.elf
	@$(MAKE) DEBUG=1 $(BUILD)/apps-debug/faults.elf heap-guest threads-guests
	@$(MAKE) LEVEL=2 $(BUILD)/tests/rules-level-2.elf
	@$(MAKE) KERNEL_CC=clang VARIANT=-clang $(BUILD)/apps-clang/tour.elf
.PHONY: test-variants
