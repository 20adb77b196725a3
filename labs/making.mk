# Making labs from the reference: folders, branches, and what is checked about them.
MKLAB := $(BUILD)/bin/mklab

.PHONY: lab labs check-labs branches publish

lab: $(MKLAB) ## Write a lab's tree, without answers (LAB=boot, DIR=folder)
	@$(MKLAB) tree --lab='$(LAB)' $(if $(DIR),--out='$(DIR)')

labs: $(MKLAB) ## List the labs
	@$(MKLAB) labs

check-labs: $(MKLAB) ## Check every marker and every lab.ini
	@$(MKLAB) check

branches: $(MKLAB) ## Write the git branches lab/NN-name (COMMIT=commit, else HEAD)
	@$(MKLAB) branches $(if $(COMMIT),--commit='$(COMMIT)')

publish: $(MKLAB) ## Write the lab branches, push them and nothing else (TO=repository)
	@$(MKLAB) publish --to='$(TO)' $(if $(COMMIT),--commit='$(COMMIT)')
