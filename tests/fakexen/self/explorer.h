/* The suites of the explorer: see explorer.c and upcalls.c. */
#pragma once

#include <CUnit/CUnit.h>

#include <tests/fakexen/explore.h>

#define SEEDS 100

extern CU_TestInfo explorer_tests[], upcalls_tests[];

/** Explore with the seed `seed`, after everything was made new. */
struct explore_result explore_one(struct explore_options o, uint64_t seed);

/** How many of the seeds end as `outcome`. */
unsigned count_outcome(const struct explore_options *o, enum explore_outcome outcome);

/** All of them have to be done. */
void expect_done(const struct explore_options *o);

/** Forget the event of `bound_port`, as a handler would. */
void acknowledge(void);

extern evtchn_t bound_port;     /* one that is bound */
extern unsigned handled_in_all; /* how often `acknowledge` was called */

/** What entries.S calls. */
void concurrent_handle(void);
