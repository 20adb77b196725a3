/*
 * What suspend.c has others do: each notes that it was called.
 */
#pragma once

#include <stdbool.h>

/** What was called since around_start, in order: a word each. */
extern char around_calls[1000];

/** A domain with three vCPUs, all of which run, and nothing noted yet. */
void around_start(void);

/** Note `word`. */
void around_note(const char *word);

/** The vCPU that does not go down; 0: all do. */
extern unsigned around_stubborn;

/** Whether the page shared with Xen is mapped. */
extern bool around_mapped;
