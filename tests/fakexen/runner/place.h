/*
 * Addresses of this program's code as people read them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * Write "file:line function ← caller ← caller" for the addresses `places`, of which 0 ends the list, the innermost
 * first. Code of the sanitizers and of the C library, which has no place in our sources, is left out; so is what is
 * outside of the code under test, unless nothing else is left. `text` is "" when nothing is known.
 */
void place_describe(const uintptr_t *places, size_t count, char *text, size_t size);

/** Where the function at `place` ends; `place` when that is not known. Slow. */
uintptr_t place_function_end(uintptr_t place);
