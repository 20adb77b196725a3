/*
 * The command line of the grader, read and checked.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "work.h"

struct options {
    const char *lab; /* "" when not given */
    enum subject subject;
    const char *submission; /* SUBJECT_SUBMISSION: the folder */
    const char *json;       /* where to write the result; NULL: nowhere */
    const char *only;       /* names of checks, separated by commas; NULL: all */
    uint64_t token, seed;
    bool verbose;
};

/** Read the command line. A mistake, or --help, ends the program. What was not given is chosen at random. */
struct options options_read(int count, char **arguments);
