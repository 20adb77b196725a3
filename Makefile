# Stardust: what you can type. The rules of each folder stand in a .mk file of its own, included below.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
SHELL := /bin/sh

BUILD := build
# The file LAB names the lab in the tree of one; the main tree has none.
LAB_TREE := $(wildcard LAB)
# V=1 shows every command.
Q := $(if $(V),,@)
say = @echo '  $(1)  $(2)'

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/stardust

GOALS := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))
BUILDING := $(filter-out help doctor handout,$(GOALS))
ifneq ($(if $(STARDUST_LOCKED),,$(BUILDING)),)

# Two runs of make would build the same files at once. The first holds a lock until it ends; the second says so.
BUSY := another make is at work in this folder; wait until it has ended, then try again

$(GOALS): locked ;
locked:
	@flock -n -o -E 75 $(BUILD)/lock $(MAKE) STARDUST_LOCKED=1 $(GOALS) || \
	    { status=$$?; [ $$status -ne 75 ] || echo "make: $(BUSY)" >&2; exit $$status; }
.PHONY: locked $(GOALS)

ifneq ($(shell mkdir -p $(BUILD) && flock -n $(BUILD)/lock true && echo free),free)
$(error $(if $(wildcard $(BUILD)),$(BUSY),cannot make the folder $(BUILD)))
endif

else

include tools/setup/setup.mk
include tools/tools.mk
include kernel/kernel.mk
include lib/libc/libc.mk
include apps/apps.mk
include labs/labs.mk
include grader/grader.mk
include tests/tests.mk

help: ## This list
	@echo "Stardust: a unikernel for Xen, and the course that builds it. What you can type:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
	    awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo "Applications: $(APPLICATIONS)"
.PHONY: help

clean: ## Remove what was built in this folder; the cache of downloads stays
	@rm -rf $(filter-out $(BUILD)/lock,$(wildcard $(BUILD)/*))
.PHONY: clean

endif
