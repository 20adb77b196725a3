# The grader: its program, and `make grade`.
GRADER_OBJECTS := $(call host_objects,$(wildcard grader/*.c))

$(eval $(call host_program,grade,$(wildcard grader/*.c),-lcjson -linih -lelf))

# tests/ktap has the format of a report, which guests and unit tests are compiled with too.
$(GRADER_OBJECTS): HOST_CFLAGS += -I.
