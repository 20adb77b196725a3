# The grader's tests: its parts, with sanitizers; then the program, on submissions that attack it.
GRADER_TESTS := $(addprefix $(BUILD)/tests/grader/,lab_ini report stream evidence take sandbox)
GRADER_UNITS := $(filter-out grader/main.c,$(wildcard grader/*.c))
GRADER_UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/tests/checked/%.o,$(GRADER_UNITS) $(COMMON_SOURCES))

$(BUILD)/tests/checked/grader/%.o: grader/%.c | $(HOST_READY)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(CHECKED_CFLAGS) -I. -MMD -MP -c $< -o $@

$(GRADER_TESTS): $(BUILD)/tests/grader/%: tests/grader/%.c tests/tap/tap.c tests/tap/tap.h $(GRADER_UNIT_OBJECTS)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(HOST_CC) $(CHECKED_CFLAGS) -I. -Igrader -Itests/tap -o $@ $(filter %.c %.o,$^) -lcunit -linih -lcjson -lelf

-include $(GRADER_UNIT_OBJECTS:.o=.d)

test-grader-unit: $(GRADER_TESTS)
	@for program in $^; do $$program || failed=1; done; [ -z "$$failed" ]

test-grader: $(GRADE_TOOLS) $(BUILD)/xen/headers.stamp rig-ready-domain
	@sh tests/grader/program.sh $(BUILD)
	@sh tests/grader/attacks.sh $(BUILD)/bin/grade

.PHONY: test-grader-unit test-grader
TESTS += test-grader-unit test-grader
