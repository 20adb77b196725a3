/*
 * The parts of the tour: each prints what it shows.
 */
#pragma once

/** A thread on each vCPU. */
void show_threads(void);

/** Sleeping, and what the clock says of it. */
void show_sleep(void);
