# In a lab's tree: which lab it is, and one's own files of earlier labs.
LAB := $(strip $(file < LAB))

carry: ## Bring your own files of earlier labs along (FROM=../01-boot, FORCE=1 to overwrite changes)
	@FORCE='$(FORCE)' sh labs/carry '$(FROM)'
.PHONY: carry
