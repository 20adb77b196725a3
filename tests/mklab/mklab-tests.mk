# mklab's tests: its parsers, with sanitizers; then the program, on a small
# project of its own; then the proof that the real labs' trees are without the answers.
MKLAB_TESTS := $(BUILD)/tests/mklab/markers $(BUILD)/tests/mklab/levels
MKLAB_UNITS := $(filter-out tools/mklab/main.c,$(wildcard tools/mklab/*.c)) $(COMMON_SOURCES)
MKLAB_UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/tests/checked/%.o,$(MKLAB_UNITS))
CHECKED_CFLAGS = $(HOST_CFLAGS) -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

$(BUILD)/tests/checked/tools/%.o: tools/%.c | $(HOST_READY)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(CHECKED_CFLAGS) -MMD -MP -c $< -o $@

$(MKLAB_TESTS): $(BUILD)/tests/mklab/%: tests/mklab/%.c tests/tap/tap.c tests/tap/tap.h $(MKLAB_UNIT_OBJECTS)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(CHECKED_CFLAGS) -Itools/mklab -Itests/tap -o $@ $(filter %.c %.o,$^) -lcunit -linih

-include $(MKLAB_UNIT_OBJECTS:.o=.d)

test-mklab-unit: $(MKLAB_TESTS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]

test-mklab: $(BUILD)/bin/mklab
	@sh tests/mklab/project.sh $(CURDIR)/$(BUILD)/bin/mklab $(CURDIR)/labs/carry

test-labs: $(BUILD)/bin/mklab
	@sh tests/mklab/proof.sh $(BUILD)/bin/mklab $(BUILD)/tests/labs

.PHONY: test-mklab-unit test-mklab test-labs
TESTS += test-mklab-unit test-mklab test-labs
