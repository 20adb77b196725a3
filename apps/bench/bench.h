/*
 * The parts of apps/bench: each prints figures, a line for each.
 */
#pragma once

#include <stdint.h>

/** What an operation takes: ticks of the time-stamp counter, or nanoseconds. */
struct figure {
    double minimum, median;
};

/** Take an operation's figure, in ticks. */
struct figure take_figure(void (*operation)(void));

/** Print it: "figure NAME MINIMUM MEDIAN". */
void print_figure(const char *name, struct figure figure);

/** Both. */
void measure(const char *name, void (*operation)(void));

/** Threads, locks and events on one vCPU, in ticks. */
void measure_threads(void);

/** A line of text on its way into the console's ring, in ticks. */
void measure_console(void);

/** Threads and events between all vCPUs, in nanoseconds. */
void measure_cpus(void);

/** Questions to xenstored, in ticks. Context: a guest beside dom0. */
void measure_xenstore(void);
