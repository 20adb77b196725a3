/*
 * A run queue under test beside a simple model of it: each call goes to both, and then the two must say the same.
 */
#pragma once

#include <stardust/thread.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define QUEUE_THREADS 26 /* they are called A to Z */

/** An empty queue, and threads in none: number n has the priority THREAD_PRIORITY_DEFAULT and may run everywhere. */
void queue_start(void);

/** Change the priority of thread `number`, which is in no queue, and where it may run. */
void queue_set(unsigned number, unsigned priority, cpu_mask_t affinity);

/** Whether the thread is in the queue, as the model says. */
bool queue_has(unsigned number);

/** Call the function of this name with thread `number`, then compare queue and model. */
void queue_add(unsigned number);
void queue_add_first(unsigned number);
void queue_remove(unsigned number);

/** Call the function of this name, check what it returns, then compare. Returns whether there was a thread. */
bool queue_take(void);
bool queue_steal(unsigned cpu);

/** Check what runqueue_highest returns. */
void queue_check_highest(void);
