/*
 * What a program prints, passed on to the rig line by line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct relay {
    int pipe;         /* the reading end of what the program prints; -1: none, or it has ended */
    const char *word; /* each line goes to the rig behind this word */
    char line[512];   /* what has come of the line that is not yet complete */
    size_t length;
};

/** Start a program whose output, stdout and stderr together, goes to the rig behind `word`. Returns its process. */
pid_t relay_start(struct relay *r, const char *word, char *const arguments[]);

/** Pass on what has come, waiting when nothing has. Returns false when nothing more will come. */
bool relay_pass(struct relay *r);

/** Pass on what is there, without waiting for more, and close the pipe, unless that is done already. */
void relay_close(struct relay *r);

/** Wait for a process's end. Returns its exit status, or 128 + the signal that ended it. */
int relay_status(pid_t process);
