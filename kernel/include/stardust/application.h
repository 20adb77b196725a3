/*
 * The one function that the kernel expects from what is linked on top of it, and how that ends.
 */
#pragma once

/**
 * Run the application. `words` is its part of the command line. Context: the boot thread.
 *
 * Returns its exit status, with which application_end is called then.
 */
int application_run(const char *words);

/** End the domain: with success when `status` is 0, with a crash that says so otherwise. Context: any thread. */
_Noreturn void application_end(int status);

/** What the image is called. The build makes it. */
extern const char application_name[];
