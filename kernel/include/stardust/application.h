/*
 * The one function that the kernel expects from what is linked on top of it.
 */
#pragma once

/**
 * Run the application. `words` is its part of the command line. Context: the boot thread.
 *
 * Returns its exit status: 0 ends the domain with success, anything else with a crash that says so.
 */
int application_run(const char *words);

/** What the image is called. The build makes it. */
extern const char application_name[];
