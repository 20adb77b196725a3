# `make test`: every folder under tests/ adds its targets to TESTS; each prints TAP lines.
TESTS :=
include $(wildcard tests/*/*.mk)

test: ## Run every test: units, boots on Xen, the labs' proofs (ONLY=test-kernel for one part)
	@tests/run $(MAKE) $(or $(ONLY),$(TESTS))
.PHONY: test
