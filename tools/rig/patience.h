/*
 * Time limits that are fair on a busy computer: what a program waited for a processor does not count against it.
 */
#pragma once

#include <sys/types.h>

/** Seconds that the hindmost thread of process `pid` has stood in the queue for a processor so far; 0 when not known. */
double patience_waited(pid_t pid);

/** The moment at which a run is over that began at `start` and may take `seconds`; four times as many at the most. */
double patience_end(double start, double seconds, pid_t pid);
