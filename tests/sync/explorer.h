/*
 * Runs a handful of threads in one, in an order that a seed decides, and switches among them wherever it matters: at
 * every spinlock and atomic operation. The kernel's real wait queues and what is made of them run on it. So a lost wake-up or
 * a race is found by trying many seeds, and found again by the same seed.
 */
#pragma once

#include <stardust/types.h>

struct thread;

#define EXPLORER_THREADS 8
#define EXPLORER_DAEMONS 3

/** A seed with which threads run, in the order of their creation, until they wait: for tests of who goes first. */
#define EXPLORER_IN_ORDER 0

/** A deadline that may come at any moment. */
#define EXPLORER_SOON ((nsec_t)1)

/**
 * Run threads "a", "b" … with these functions until all have ended.
 * Returns NULL, or what went wrong: a panic's text, "all wait", "too many steps", or what explorer_fail was told.
 */
const char *explorer_run(uint64_t seed, void (*const threads[])(void), unsigned count);

/** Explore `seeds` seeds, after `setup` each time; a failed one is a failed check of CUnit, which names the seed. */
void explorer_try(unsigned seeds, void (*setup)(void), void (*const threads[])(void),
                  unsigned count);

/**
 * Run them in order; a check of CUnit that it ends as the format says, nothing wrong when that is NULL.
 */
void explorer_expect(void (*const threads[])(void), unsigned count, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** From now on runs have these threads besides, which need not end. */
void explorer_set_daemons(void (*const daemons[])(void), unsigned number);

/** The daemon number `i`. */
struct thread *explorer_daemon(unsigned i);

/** From now on time limits come only when nobody can do anything else (true), or at any moment (false, as at first). */
void explorer_set_patient(bool patient);

/** Which thread runs, from 0 on. */
unsigned explorer_thread(void);

/** Let all others go on until they wait or have ended. */
void explorer_let_others(void);

/** Another thread may go on here. */
void explorer_point(void);

/** End the run when `good` is false. */
void explorer_check(bool good, const char *what);

/** A number below `limit`, by the run's seed. */
unsigned explorer_random(unsigned limit);
