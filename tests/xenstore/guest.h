/*
 * Xenstore as a guest uses it, beside the real xenstored: what the parts of the test share.
 */
#pragma once

#include <stardust/types.h>
#include <stardust/xenstore.h>

#define LIMIT (60 * NSEC_PER_SEC) /* of what is waited for */

/** Print a TAP line; when `seen` is not `wanted`, the test has failed, and both are printed. */
void check(const char *what, int64_t seen, int64_t wanted);

/** Run `work` in `count` threads side by side until all have ended. */
void run_threads(unsigned count, void (*work)(unsigned number));

/** The parts, in files of their own. */
void test_values(void);
void test_directories(bool with_dom0);
void test_transactions(unsigned count);
void test_watches(unsigned count);
