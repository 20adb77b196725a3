/*
 * What a run queue must be, as plainly as can be: for each priority the numbers of its threads, in their order.
 */
#pragma once

#include "queue.h"

#define MODEL_NONE QUEUE_THREADS

struct line {
    unsigned count;
    unsigned numbers[QUEUE_THREADS];
};

/** Nobody is in the queue. */
void model_start(void);

/** How thread `number`, which is in no queue, is to be. */
void model_set(unsigned number, unsigned priority, cpu_mask_t affinity);

/** Whether it is in the queue. */
bool model_has(unsigned number);

/** Put it in, or take it out. */
void model_add(unsigned number);
void model_add_first(unsigned number);
void model_remove(unsigned number);

/** Who waits at this priority. */
const struct line *model_line(unsigned priority);

/** The highest priority at which somebody waits; -1: nobody does. */
int model_highest(void);

/** Who would be taken last of those that may run on the vCPU; MODEL_NONE: nobody may. */
unsigned model_last(unsigned cpu);
