# The proof that every lab marks as it says it does.
test-lab-proof: $(GRADE_TOOLS) $(BUILD)/bin/mklab $(BUILD)/xen/headers.stamp rig-ready-domain
	@sh tests/labs/prove.sh $(BUILD)/bin/grade $(BUILD)/bin/mklab
.PHONY: test-lab-proof
TESTS += test-lab-proof
