/*
 * The parts of lab 6's tests on the real hypervisor. Each reports tests, and values that the grader knows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <stardust/types.h>

#include <tests/ktap/others.h>

/** Nobody waits longer than this for anything; a machine with other work to do is slow. */
#define PATIENCE (30 * NSEC_PER_SEC)

/** Report a test whose failure is `rule`, `did`, and what it usually comes from. */
void report(const char *name, bool passed, const char *rule, const char *did, const char *usually);

/** Wait until `*flag`, which another thread sets, is at least `wanted`. Returns whether it is. */
bool wait_for(const unsigned *flag, unsigned wanted);

/*
 * In the first domain, which grants to itself.
 */

/** Many more rows than a page of the table has. Value: rows_sum. */
void test_rows(uint64_t seed);

/** Pages that are granted, and written to by way of their mapping. Value: grants_sum. */
void test_pages(uint64_t seed);

/** Take these and those back. They could all be given. */
void end_rows(uint64_t seed);
void end_pages(void);

/** Giving, mapping, unmapping and revoking in many orders. Value: grant_moves. */
void test_moves(uint64_t seed);

/** Pages that are in use when they are to be freed. Value: late_sum. */
void test_late(uint64_t seed);

/** Bytes through a xenstore ring with nobody at its other end. Value: wire_moves. */
void test_wire(uint64_t seed);

/** Numbers. Value: numbers_read. */
void test_numbers(uint64_t seed);

/*
 * As a guest, beside dom0's script tests/dom0.
 */

/** What is written to xenstore is there. Value: nodes_sum; dom0 sees store_word and store_long. */
void test_store(uint64_t seed);

/** What dom0 writes is noticed. Value: watched. */
void test_watch(void);

/** A device whose backend dom0 plays. Values: device_calls, device_offers; dom0 sees device_first, _second and _states. */
void test_device(uint64_t seed);
