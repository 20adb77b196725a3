/*
 * Run another program, with limits: how long, how much output, and nothing of it left behind afterwards.
 */
#pragma once

#include <stddef.h>

#include "text.h"

struct process {
    const char *const *arguments; /* the program and its arguments, NULL at the end */
    const char *directory;        /* where it runs; NULL: here */
    double seconds;               /* its time limit; 0: none */
    size_t output_limit;          /* bytes of output kept and allowed; 0: 1 MiB */
    struct text *output;          /* its stdout and stderr; NULL: they go where ours go */
    int errors_apart;             /* with `output`: its stderr goes where ours goes all the same */
    const struct text *input;     /* its standard input; NULL: none */
};

struct process_end {
    int status; /* exit status, or 128 + the signal that ended it; 127 when it could not be started */
    int timed_out;  /* it was ended because its time was over */
    int too_long;   /* it was ended because it printed more than output_limit */
    double seconds; /* how long it took */
};

/**
 * Run `p` in a process group of its own and wait for its end. Whatever of the group is left then is
 * killed; so is the whole group when this program gets SIGINT or SIGTERM (the caller sees status 130).
 * Returns how it ended.
 */
struct process_end process_run(const struct process *p);

/** Seconds of the monotonic clock. */
double clock_seconds(void);
