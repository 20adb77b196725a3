# Labs. In the main tree: folders, branches and proofs made from the reference. In a lab's tree: one's own files brought along.
LAB_TREE := $(wildcard LAB)

ifeq ($(LAB_TREE),)

MKLAB := $(BUILD)/bin/mklab

.PHONY: lab labs check-labs branches publish

lab: $(MKLAB) ## write a lab's tree, without answers: LAB=boot [DIR=folder]
	@$(MKLAB) tree --lab='$(LAB)' $(if $(DIR),--out='$(DIR)')

labs: $(MKLAB) ## list the labs
	@$(MKLAB) labs

check-labs: $(MKLAB) ## check every marker and every lab.ini
	@$(MKLAB) check

branches: $(MKLAB) ## write the git branches lab/NN-name of COMMIT (else HEAD)
	@$(MKLAB) branches $(if $(COMMIT),--commit='$(COMMIT)')

publish: $(MKLAB) ## push the lab branches, and nothing else: TO=repository [COMMIT=commit]
	@$(MKLAB) publish --to='$(TO)' $(if $(COMMIT),--commit='$(COMMIT)')

else

LAB := $(strip $(file < LAB))

# An open hole leaves helpers and parameters unused: that is not the student's fault.
LAB_TREE_CFLAGS := -Wno-unused-function -Wno-unused-parameter

.PHONY: carry

carry: ## bring your own files of earlier labs along: FROM=../01-boot [FORCE=1]
	@FORCE='$(FORCE)' sh labs/carry '$(FROM)'

endif
