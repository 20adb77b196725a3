/*
 * What the tests inside a guest share: threads that do the same work side by side, each with random numbers of its own.
 */
#pragma once

#include <stardust/types.h>

#include <tests/ktap/random.h>

#define WORKERS_MAX 16

struct worker {
    unsigned number; /* from 0 on */
    struct random random;
};

/**
 * Let `count` threads do `work`, and wait until all have: a minute at the most, where time is measured. When they do not
 * get ready, that is a failed check, all threads are printed, and the guest ends.
 */
void workers_run(const char *what, unsigned count, void (*work)(struct worker *));

/** Now and then, give way or take a little time: so that things happen in many orders. */
void worker_dawdle(struct worker *w);

/** A time that comes soon, before or after what is waited for. */
nsec_t worker_soon(struct worker *w);

/** Print a TAP line. */
void check(bool passed, const char *what, uint64_t seen, uint64_t wanted);

/** The tests, in the files guest_*.c. */
void test_locks(void);
void test_meetings(void);
void test_time_limits(void);
void test_library(void);
