# The grader: its program, and `make grade`.
GRADER_OBJECTS := $(call host_objects,$(wildcard grader/*.c))

$(eval $(call host_program,grade,$(wildcard grader/*.c),-lcjson -linih -lelf))

# tests/ktap has the format of a report, which guests and unit tests are compiled with too.
$(GRADER_OBJECTS): HOST_CFLAGS += -I.

# In the main tree the lab's tree has to be made first, by mklab.
GRADE_TOOLS := $(addprefix $(BUILD)/bin/,grade rig $(if $(LAB_TREE),,mklab))
GRADE_OPTIONS = --lab='$(LAB)' $(if $(SKELETON),--skeleton) $(if $(SUBMISSION),--submission='$(SUBMISSION)') \
    $(if $(JSON),--json='$(JSON)') $(if $(TOKEN),--token='$(TOKEN)') $(if $(SEED),--seed='$(SEED)') \
    $(if $(CHECKS),--only='$(CHECKS)') $(if $(V),--verbose)

grade: $(GRADE_TOOLS) $(BUILD)/xen/headers.stamp rig-ready-domain ## Mark a lab (LAB=boot, SKELETON=1 or SUBMISSION=folder, JSON=file; CHECKS=name,... for some)
	@$(BUILD)/bin/grade $(GRADE_OPTIONS)
.PHONY: grade
