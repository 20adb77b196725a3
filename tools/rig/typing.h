/*
 * What people type into the guest's console, or a file types for them (--input): read here, sent to dom0's runner.
 *
 * A part at a time: the next one is read when dom0 has put the one before into the guest's console. A terminal passes on
 * each key, and leaves showing it to the guest; Ctrl-C still ends the rig. Behind the end of a file comes Ctrl-D.
 */
#pragma once

#include <stdbool.h>

#include "text.h"

struct typing {
    int descriptor; /* -1: nothing is typed, or no more */
    bool allowed;   /* dom0 can take a part now */
    double last;    /* clock_seconds() when something was typed last; 0: never */
};

/** Begin to read `path`, "-" for our stdin; NULL: nothing. Returns NULL or what is wrong; the caller frees that. */
char *typing_begin(struct typing *t, const char *path);

/** A descriptor to poll: readable when there is a part for dom0; -1: not now. */
int typing_source(const struct typing *t);

/** Read a part and append dom0's line for it. */
void typing_read(struct typing *t, struct text *line);

/** Close the file; the terminal is as it was. */
void typing_end(struct typing *t);
