/*
 * The parts of lab 4's tests on the real hypervisor. Each reports tests, and values that the grader knows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tests/ktap/events.h>

/** Nobody waits longer than this for anything: seconds. */
#define PATIENCE 5

/** Events to ourselves, by ports for IPIs. Values: ports_sum, again_sum, unmasked_sum. */
void test_ports(uint64_t seed);

/** Events through channels whose both ends are ours. Value: loopback_sum. */
void test_loopback(uint64_t seed);

/** Timers. Value: timers_order. Returns whether functions were called at all. */
bool test_timers(uint64_t seed);

/** Code that timers interrupt keeps its registers. Value: upcall_registers. */
void test_registers(uint64_t seed);

/** Threads that are woken by another one. Value: wake_order. */
void test_wake(uint64_t seed);

/** The same, while upcalls are held back. Value: held_order. */
void test_held(uint64_t seed);

/** Threads that never give way. Value: shares_sum. Returns whether they took turns. */
bool test_progress(uint64_t seed);

/** Threads that sleep, and the vCPU with them. Value: sleep_order. */
void test_sleep(uint64_t seed);

/** Threads that keep something in all their registers. Value: vectors_sum. */
void test_vectors(uint64_t seed, bool turns);

/** Report the test `name`, which the unit tests of `exercise` say more about. */
void report(const char *name, bool passed, const char *rule, const char *did, const char *expected,
            const char *exercise);
