# Stardust: what you can type. Each folder's rules stand in a .mk file of its own, included below.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/sh

BUILD := build
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/stardust

# One run of make at a time in a tree: the second says that it waits, and waits.
include tools/setup/setup.mk
include tools/tools.mk
-include kernel/kernel.mk
-include lib/libc/libc.mk
-include apps/apps.mk
-include labs/labs.mk
-include grader/grader.mk
-include tests/tests.mk
