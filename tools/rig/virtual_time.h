/*
 * How much time has passed for the machine, as opposed to the people in front of it.
 *
 * In the exact modes that time follows from what was executed, and leaps where nothing is to be done. So a limit in it is hit
 * by the same runs on a busy computer and on a quiet one, and a guest that waits for ever comes to it soon.
 */
#pragma once

#include "events.h"
#include "qmp.h"

/* The machine of an exact run begins with the first of January of this year. */
#define VIRTUAL_BEGAN_YEAR 2026

/** Whole seconds of virtual time since the machine began; negative when QEMU does not say. For the exact modes only. */
double virtual_time(struct qmp *q, struct events *e);
