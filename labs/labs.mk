# Labs: making them, in the main tree; in a lab's tree, bringing one's own files along.
ifeq ($(LAB_TREE),)
include labs/making.mk
else
include labs/lab-tree.mk
endif
