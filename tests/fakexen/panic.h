/*
 * The kernel's panic(), for files under test that call it: it ends the test, or is what the test expects.
 */
#pragma once

/** Call `function`. Returns what it said when it called panic(), in text that lasts until the next panic; NULL: it returned. */
const char *panic_of(void (*function)(void *), void *data);
