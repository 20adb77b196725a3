/*
 * The parts of lab 3's tests on the real hypervisor. Each reports a test, and a value that the grader knows. The caller,
 * "main", has the lowest priority: when it runs, all others wait or have ended.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <stardust/thread.h>

#include <tests/ktap/threads.h>

/** A run queue that nobody runs from. Value: queue_moves. */
void test_queue(uint64_t seed);

/** Registers that are kept over switches. Value: registers_kept. */
void test_registers(uint64_t seed);

/** Threads that take turns. Value: turns_taken. */
void test_turns(uint64_t seed);

/** Threads that end, and that nobody joins. Value: ends_sum. */
void test_ends(uint64_t seed);

/** A chain of threads that join each other. Value: chain_result. */
void test_join(uint64_t seed);

/** Many threads, again and again. Values: threads_sum, pages_lost. */
void test_many(uint64_t seed);

/** Create a thread with this priority; the rest as usual. Panics when it cannot be had. */
struct thread *make_thread(const char *name, unsigned priority, void *(*entry)(void *),
                           void *argument);

/** The same, detached. */
void make_detached(const char *name, void *(*entry)(void *), void *argument);

/** What a thread does in the end while threads cannot end. */
_Noreturn void wait_for_ever(void);

/** Pages that can be had, when no cache keeps any. */
size_t free_pages(void);
