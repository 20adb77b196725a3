# How the sources look. clang and its formatter are only needed here.
CLANG_READY := $(BUILD)/ci-ready

$(CLANG_READY): tools/setup/host-packages.list tools/setup/host-packages
	@tools/setup/host-packages ci
	@mkdir -p $(@D)
	@touch $@

test-style: $(CLANG_READY) $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@KERNEL_FLAGS='$(KERNEL_CFLAGS)' LIBC_FLAGS='$(LIBC_CFLAGS)' HOST_FLAGS='$(HOST_CFLAGS) -I. -isystem $(XEN_HEADERS)' \
	    RUNNER_FLAGS='$(RUNNER_CFLAGS)' \
	    tests/style/style.sh

format: $(CLANG_READY) ## Run clang-format over the sources
	@git ls-files '*.c' '*.h' | grep -vE '^(solutions|tests/grader/attacks)/' | xargs clang-format -i

.PHONY: test-style format
TESTS += test-style
