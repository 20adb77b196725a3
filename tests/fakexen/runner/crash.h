/*
 * What goes wrong in code under test without a test's check: said in words, with the place.
 *
 * Holes (LAB_TODO), invalid addresses, endless loops, and what the sanitizers find. Each ends the test's process.
 */
#pragma once

#include <stdint.h>

/** Catch all of these from now on. The limit of processor time begins here. Context: a test's process. */
void crash_catch(void);

struct verdict;

/**
 * Note in the verdict `v` the code address `place` (0: none), and the callers that the frame pointer `frame` leads to, as
 * far as they lie above `stack` on the stack.
 */
void crash_note_places(struct verdict *v, uintptr_t place, uintptr_t frame, uintptr_t stack);
