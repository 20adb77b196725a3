/*
 * The parts of lab 5's tests on the real hypervisor. Each reports a test, and a value that the grader knows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <stardust/types.h>

/** How long anything may take that has to come. */
#define PATIENCE (10 * NSEC_PER_SEC)

/** Run `function` with the vCPU's number in a thread on each vCPU from `first` on, and wait for all. Returns whether all ended. */
bool on_each_vcpu(unsigned first, void *(*function)(void *number));

/** How many vCPUs are online. */
unsigned vcpus_online(void);

/** Every vCPU is up and calculates. Values: vcpus, vcpu_results. */
void test_up(void);
void test_results(uint64_t seed);

/** One counter that all vCPUs add to. Value: counted. */
void test_counter(uint64_t seed);

/** vCPUs have the lock in the order in which they asked for it. Value: turns. */
void test_turns(uint64_t seed);

/** Functions are called on chosen vCPUs. Value: calls. */
void test_calls(uint64_t seed);

/** A thread goes from vCPU to vCPU. Value: journey. */
void test_journey(uint64_t seed);
