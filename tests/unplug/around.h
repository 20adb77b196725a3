/*
 * What is around the kernel's files under test: each vCPU is one thread, which waits by looking again and again.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>

#define VCPUS 3

/** What vCPU 0, 1, 2 run. */
extern struct thread around_threads[VCPUS];

/** One more thread, which runs nowhere: the test has it wait and wakes it. */
extern struct thread around_sleeper;

/** As at first: all vCPUs are online, and can be called. */
void around_again(void);

/** The vCPU that goes down and comes back: its steward, which never returns. Context: the explorer. */
void around_steward(void *unused);
