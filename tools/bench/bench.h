/*
 * What `make bench` measures: a table of figures, each with a function that takes one sample.
 */
#pragma once

#include <stdbool.h>

struct figure {
    const char *name;
    const char *unit;
    const char *
        mode; /* "exact": the same in every run; "fast": wall time, the median of several samples */
    unsigned vcpus;
    double goal;      /* the value should not be above it; 0: none */
    double beat;      /* what others need for the same; 0: not known */
    unsigned samples; /* how many are taken */
    double (*sample)(
        const struct figure *figure); /* negative: could not be measured, after a message */
};

/** From "save" to running again: seconds, a Linux guest's seconds or the ratio, as the figure says. */
double save_to_running(const struct figure *figure);

/** All figures; the last one has no name. */
extern const struct figure figures[];
