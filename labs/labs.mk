# Labs: making them, in the main tree; in a lab's tree, bringing one's own files along.
ifeq ($(LAB_TREE),)
include labs/making.mk
else
include labs/lab-tree.mk
endif

handout: ## Read a lab's handout (LAB=boot)
	@set -- handouts/[0-9]*-$(or $(LAB),none).md; [ -f "$$1" ] || \
	    { echo "make: no handout for LAB='$(LAB)'; there are: $$(ls handouts | sed 's/^[0-9]*-//; s/\.md$$//' | tr '\n' ' ')" >&2; exit 2; }; \
	    if [ -t 1 ]; then $${PAGER:-more} "$$1"; else cat "$$1"; fi
.PHONY: handout
