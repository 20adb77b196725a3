/*
 * The student's ring functions on a ring of our own, as values that the grader computes too: tests/ktap/ring.h.
 */
#pragma once

/** Report the values room and put. */
void report_ring_values(void);

/** Report the value drained. */
void report_drained_value(void);
