# What a grading compiles. The grader calls it at the top of a lab's tree, once for each goal:
#
#   pristine   everything that is not the student's, and the skeleton's own files; from a tree that nobody has touched
#   student    the student's files, by the same rules; inside the sandbox
#   link       both together: the unit tests and the image; inside the sandbox
#
# with LAB_FOLDER= 01-boot, FILES= the student's files, BUILD= the house's build folder, OBJECTS= and OUT= where the objects
# of ours and of the student's go.
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.DELETE_ON_ERROR:
SHELL := /bin/sh
HOST_CC ?= gcc
Q := @
LAB_TREE := $(wildcard LAB)
XEN_HEADERS := $(BUILD)/xen/include

PLACE := $(if $(filter pristine,$(MAKECMDGOALS)),$(OBJECTS),$(OUT))
override KERNEL_BUILD := $(PLACE)/kernel
override FAKEXEN_BUILD := $(PLACE)/fakexen
override LABS_BUILD := $(PLACE)/labs
override KERNEL_SCRIPT := $(OBJECTS)/kernel/kernel.lds

pristine:
include kernel/kernel.mk
include tests/fakexen/fakexen.mk

# $(call student,FOLDER) and $(call ours,FOLDER,SOURCES): objects of the student's files; of ours among SOURCES.
student = $(patsubst %,$(OUT)/$(1)/%.o,$(FILES))
ours = $(patsubst %,$(OBJECTS)/$(1)/%.o,$(filter-out $(FILES),$(2)))

UNIT_FILES := $(UNIT_FILES_$(LAB_FOLDER))
UNIT_OURS := $(patsubst $(PLACE)/%,$(OBJECTS)/%,$(FAKEXEN_OBJECTS) $(FAKEXEN_RUNNER) $(call lab_unit_objects,$(LAB_FOLDER)))
CHECKED_OURS := $(call ours,fakexen/checked,$(UNIT_FILES))
AS_BUILT_OURS := $(call ours,fakexen/as-built,$(UNIT_FILES))
KERNEL_OURS := $(call ours,kernel,$(KERNEL_SOURCES))
GUEST_OURS := $(patsubst $(PLACE)/%,$(OBJECTS)/%,$(call lab_xen_objects,$(LAB_FOLDER)))
SKELETON := $(patsubst %,$(OBJECTS)/kernel/%.o,$(FILES))

pristine: $(KERNEL_SCRIPT) $(KERNEL_OURS) $(GUEST_OURS) $(SKELETON) $(UNIT_OURS) $(CHECKED_OURS) $(AS_BUILT_OURS)
	$(file >$(OBJECTS)/kernel.list,$(KERNEL_OURS) $(GUEST_OURS))
	$(file >$(OBJECTS)/unit.list,$(UNIT_OURS) $(CHECKED_OURS))
	$(file >$(OBJECTS)/skeleton.list,$(SKELETON))
	@:

student: $(call student,kernel) $(call student,fakexen/checked) $(call student,fakexen/as-built)

link: link-unit link-guest

link-unit:
	$(call place_checked,$(OUT)/unit.checked.o,$(call student,fakexen/checked) $(CHECKED_OURS))
	$(call place_as_built,$(OUT)/unit.as-built.o,$(call student,fakexen/as-built) $(AS_BUILT_OURS))
	$(Q)$(UNIT_CC) $(FAKEXEN_LDFLAGS) -o $(OUT)/unit $(UNIT_OURS) $(OUT)/unit.checked.o $(OUT)/unit.as-built.o \
	    $(FAKEXEN_LIBRARIES)

link-guest:
	$(call link_image,$(OUT)/guest.elf,$(GUEST_OURS) $(KERNEL_OURS) $(call student,kernel))

.PHONY: pristine student link link-unit link-guest
